"""The sets that ship with the package: their answers hold, and nothing in them helps a guess."""

import ast
import operator
import re
from collections import Counter
from fractions import Fraction

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.scorers.instructions import INSTRUCTIONS

OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
SIZES = {
    ("smoke_arithmetic", "default"): 60,
    ("smoke_knowledge", "en"): 30,
    ("smoke_knowledge", "zh"): 30,
    ("smoke_instructions", "default"): 40,
    ("smoke_facts", "default"): 30,
}
NAMED = {"two": 2, "both": 2, "twice": 2, "four": 4, "ten": 10}
LANGUAGE_TYPES = {"language:response_language", "change_case:english_capital", "change_case:english_lowercase"}


def rows(name, subset="default"):
    return list(load(name).data.read(subset, source=Source(offline=True)))


def samples(name, subset="default"):
    return list(load(name).samples(subset, Source(offline=True)))


def computed(node):
    if isinstance(node, ast.Expression):
        return computed(node.body)
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](computed(node.left), computed(node.right))
    assert isinstance(node, ast.Constant)
    assert type(node.value) is int
    return Fraction(node.value)


@pytest.mark.parametrize(("name", "subset", "count"), [(*key, count) for key, count in SIZES.items()])
def test_every_sample_is_there_once_with_an_id_of_its_own(name, subset, count):
    found = samples(name, subset)
    assert len(found) == load(name).data.size(subset) == count
    assert len({sample.id for sample in found}) == count
    assert len({sample.input for sample in found}) == count


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in rows("smoke_arithmetic")])
def test_the_answer_of_a_word_problem_is_its_sum_done_again(row):
    expression, question = ast.parse(row["expression"], mode="eval"), row["question"]
    assert computed(expression) == int(row["answer"]) > 0
    given = {int(digits) for digits in re.findall(r"\d+", question)}
    given |= {value for word, value in NAMED.items() if re.search(rf"\b{word}\b", question, re.IGNORECASE)}
    needed = {node.value for node in ast.walk(expression) if isinstance(node, ast.Constant)}
    assert needed <= given, "the question does not say every number of the sum"


@pytest.mark.parametrize("subset", ["en", "zh"])
def test_no_letter_is_right_more_often_than_its_share(subset):
    found = samples("smoke_knowledge", subset)
    counts = Counter(sample.target for sample in found)
    assert set(counts) == set("ABCD")
    assert max(counts.values()) - min(counts.values()) <= 1
    assert all(len(set(sample.choices)) == 4 for sample in found)


def test_chinese_questions_are_chinese_and_english_ones_are_not():
    han = re.compile(r"[\u4e00-\u9fff]")
    assert all(han.search(sample.input) for sample in samples("smoke_knowledge", "zh"))
    assert not any(han.search(sample.input) for sample in samples("smoke_knowledge", "en"))


def test_no_fact_is_given_away_by_its_question():
    for sample in samples("smoke_facts"):
        assert sample.target
        words = set(re.findall(r"\w+", sample.input.lower()))
        assert not words & {answer.lower() for answer in sample.target}, sample.input


def test_the_instructions_need_no_optional_package():
    named = {name for sample in samples("smoke_instructions") for name, _ in sample.metadata["instructions"]}
    assert named <= set(INSTRUCTIONS) - LANGUAGE_TYPES
    assert len(named) == 20
    assert load("smoke_instructions").needs == ()


def test_all_four_fit_into_minutes_on_a_slow_machine():
    most = sum(count * load(name).params["max_tokens"] for (name, _), count in SIZES.items())
    assert most <= 10_000  # at 80 tokens a second: two minutes
