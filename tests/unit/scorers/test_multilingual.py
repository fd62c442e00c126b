"""The verdicts of Multi-IF: words and sentences as the language has them."""

import sys
from typing import Any

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.errors import DataError, MissingExtra
from pytest_evalscope.scorers.instructions import MULTILINGUAL, check_multilingual, follows
from pytest_evalscope.scorers.instructions.wording import language_detector
from pytest_evalscope.types import Columns

# (what is counted, how many, a reply that has exactly so many)
COUNTS: list[tuple[str, int, str]] = [
    ("sentences", 2, "The children walked along the river. They looked at the birds in the trees!"),
    ("sentences", 3, "雨落在屋顶上。孩子们在河边走路！\n鸟在树上唱歌"),
    ("sentences", 2, "मैं आज बाज़ार गया था। वहाँ बहुत भीड़ थी!"),
    ("sentences", 2, "ฉันชอบกินข้าวผัด\nมันอร่อยมากจริงๆ"),
    ("sentences", 1, "123"),
    ("words", 15, "The children walked along the river and looked at the birds in the tall trees."),
    ("words", 16, "雨轻轻地落在屋顶上，孩子们很高兴"[:-1] + "兴😀"),
    ("words", 13, "今天天气很好，我们去公园 Python 3！"),
    ("words", 3, "ฉันชอบข้าวผัด"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("what", "count", "reply"), COUNTS)
def test_so_many_and_no_more(what, count, reply):
    def holds(number, relation):
        return follows(
            reply, f"length_constraints:number_{what}", {f"num_{what}": number, "relation": relation}, MULTILINGUAL
        )

    assert [holds(count, "at least"), holds(count + 1, "at least")] == [True, False]
    assert [holds(count, "less than"), holds(count + 1, "less than")] == [False, True]


@pytest.mark.parametrize(
    ("reply", "quoted"),
    [('"a"', True), ("“雨”", True), ("「雨」 ", True), ("“雨」", False), ('"', False), ("雨", False)],
)
def test_quotation_marks_of_other_scripts(reply, quoted):
    assert follows(reply, "startend:quotation", {}, MULTILINGUAL) is quoted


@pytest.mark.parametrize("missing", ["pythainlp", "pycrfsuite"])
def test_thai_is_refused_beforehand_without_its_packages(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    check_multilingual(["length_constraints:number_words"], "English")
    check_multilingual(["punctuation:no_comma"], "Thai")
    with pytest.raises(MissingExtra, match=r"Thai: needs the package .*\n.*pytest-evalscope\[multi-if\]"):
        check_multilingual(["length_constraints:number_words"], "Thai")


def test_a_count_is_refused_beforehand_without_what_tells_the_language(monkeypatch):
    monkeypatch.setitem(sys.modules, "langdetect", None)
    language_detector.cache_clear()
    check_multilingual(["punctuation:no_comma"], "English")
    for what in ("words", "sentences"):
        with pytest.raises(MissingExtra) as caught:
            check_multilingual([f"length_constraints:number_{what}"], "English")
        assert caught.value.message == (
            "instructions on language and case: needs the package 'langdetect', which is not installed"
        )
        assert caught.value.install == "pip install 'pytest-evalscope[ifeval]'"


def row(**changes: str) -> dict[str, Any]:
    return {
        "key": "1",
        "language": "English",
        "turn_1_prompt": '{"role": "user", "content": "Hi"}',
        "turn_1_instruction_id_list": '["punctuation:no_comma"]',
        "turn_1_kwargs": '["{}"]',
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"turn_1_instruction_id_list": '["keywords:unknown"]'}, "keywords:unknown"),
        ({"turn_1_kwargs": "[]"}, "does not fit"),
        ({"turn_1_prompt": ""}, "no turn has a prompt"),
    ],
)
def test_a_row_that_cannot_be_marked_is_refused(changes, message):
    from dataclasses import replace

    benchmark = replace(load("multi_if"), data=Rows({"English": [row(**changes)]}))
    with pytest.raises(DataError, match=message):
        list(benchmark.samples("English", Source()))


def test_the_headline_is_the_mean_over_turns_of_four_accuracies():
    marks = load("multi_if").score
    values = {name: [0.0, 0.0] for name in marks.metrics}
    for turn, strict, loose in ((1, 1.0, 1.0), (2, 0.0, 1.0), (3, 0.0, 0.0)):
        values[f"turn_{turn}_prompts"] = [1.0, 1.0]
        values[f"turn_{turn}_prompts_strict"] = [strict, 0.0]
        values[f"turn_{turn}_prompts_loose"] = [loose, 0.0]
        values[f"turn_{turn}_instructions"] = [1.0, 3.0]
        values[f"turn_{turn}_followed_strict"] = [strict, 1.0]
        values[f"turn_{turn}_followed_loose"] = [loose, 2.0]
    columns = Columns(values=values, clusters=[0, 1], samples=[0, 1])
    found = {name: metric(columns).value for name, metric in load("multi_if").metrics.items()}
    turns = [(1 / 2 + 1 / 2 + 2 / 4 + 3 / 4) / 4, (0 + 1 / 2 + 1 / 4 + 3 / 4) / 4, (0 + 0 + 1 / 4 + 2 / 4) / 4]
    assert [found[f"turn_{turn}"] for turn in (1, 2, 3)] == pytest.approx(turns)
    assert found["accuracy"] == pytest.approx(sum(turns) / 3)
    assert found["prompt_level_strict"] == pytest.approx(1 / 6)
    assert found["inst_level_loose"] == pytest.approx((3 + 3 + 2) / 12)
