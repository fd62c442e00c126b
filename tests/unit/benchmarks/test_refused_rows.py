"""Rows that a benchmark cannot read are refused with the place and the reason; so are subsets that it does not have.

Each row is the first of the benchmark's cases (`tests/cases/<name>.yaml`) with some fields changed.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_evalscope.benchmarks import field, load, names
from pytest_evalscope.data import Hub, Rows, Source
from pytest_evalscope.errors import DataError, UnknownName

CASES = Path(__file__).parents[2] / "cases"
OURS = [name for name in names() if field(name) not in ("plugin", "custom")]
SOURCE = Source(offline=True)
PREDICTION = "no completion of the baseline to compare with"
EMPTY = "the answer is empty"
NO_NUMBER = "the answer is no whole number"
NO_BOX = "the solution has no boxed answer"

GRIDS: list[Any] = [[], [[]], [[1], [1, 2]], [[10]], [[-1]], [[True]], [1], 5, [["1"]]]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("longmemeval", {"question_type": "x"}, "unknown question_type 'x'"),
    ("wmt24pp", {"language_pair": "de-EN"}, "no segment with a translation from English (de-en)"),
    ("wmt24pp", {"target": " "}, "no segment with a translation from English ("),
    ("boolq", {"answer": "yes"}, "the answer must be true or false ('yes' was given)"),
    ("halueval", {"hallucination": "maybe"}, "whether it is hallucinated is neither yes nor no ('maybe')"),
    ("coin_flip", {"answer": "heads"}, "the answer is neither yes nor no ('heads')"),
    ("process_bench", {"label": 2, "steps": ["a", "b"]}, "there is no paragraph 2 among 2"),
    ("process_bench", {"label": -2, "steps": ["a", "b"]}, "there is no paragraph -2 among 2"),
    ("musr", {"answer_index": 2, "choices": "['a', 'b']"}, "there is no option number 2"),
    ("musr", {"answer_index": -1, "choices": "['a', 'b']"}, "there is no option number -1"),
    ("truthful_qa", {"mc1_targets": {"choices": ["a", "b"], "labels": [1, 1]}},
     "2 answers are labelled true; accepted: 1"),
    ("truthful_qa", {"mc1_targets": {"choices": ["a"], "labels": [0]}}, "0 answers are labelled true; accepted: 1"),
    ("truthful_qa_mc2", {"mc2_targets": {"choices": ["a", "b"], "labels": [1, 1]}},
     "2 of 2 answers are labelled true; some are wanted, and some not"),
    ("truthful_qa_mc2", {"mc2_targets": {"choices": ["a", "b"], "labels": [0, 0]}},
     "0 of 2 answers are labelled true; some are wanted, and some not"),
    *[("arc_agi_2", {"question": [{"input": [[1]], "output": grid}]}, f"the output is no grid ({grid!r})")
      for grid in GRIDS],
    ("math_500", {"answer": ""}, EMPTY),
    ("aime24", {"solution": "x"}, NO_NUMBER),
    ("aime26", {"answer": "1.5"}, NO_NUMBER),
    ("minerva_math", {"solution": "It is 5."}, NO_BOX),
    ("arena_hard", {"prediction": " "}, PREDICTION),
    ("health_bench", {"rubrics": [{"criterion": "c", "points": -1, "tags": []}]},
     "no item of the rubric has points above 0"),
    ("mt_bench", {"category": "math", "reference": ["one"]}, "1 references for two turns"),
    ("multi_if", {"turn_1_prompt": None}, "no turn has a prompt"),
    ("ifeval", {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}, {}]},
     "1 instructions, but arguments for 2"),
    ("eq_bench", {"reference_answer_fullscale": "{'a': "}, "the reference is no dictionary ("),
    ("eq_bench", {"reference_answer_fullscale": "[1]"}, "the reference is no dictionary (list)"),
    ("eq_bench", {"reference_answer_fullscale": {key: value for n in (1, 2, 3, 4) for key, value in (
        (f"emotion{n}", "Joy" if n < 3 else str(n)), (f"emotion{n}_score", 1))}},
     "repeated emotion (joy, 3, 4)"),
]  # fmt: skip


def first_row(name):
    case = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)[0]
    return case.get("subset") or load(name).data.subsets[0], case["row"]


def refused(name, row, subset):
    with pytest.raises(DataError) as caught:
        list(replace(load(name), data=Rows({subset: [row]})).samples(subset, SOURCE))
    return caught.value.message


@pytest.mark.parametrize(("name", "changes", "reason"), REFUSED)
def test_a_row_that_cannot_be_read_is_told_with_the_reason(name, changes, reason):
    subset, row = first_row(name)
    message = refused(name, {**row, **changes}, subset)
    assert message.startswith(f"{name}/{subset}: row 0 does not fit (ValueError: {reason}")
    assert message.endswith(f"); its fields: {', '.join({**row, **changes})}")


@pytest.mark.parametrize("name", OURS)
def test_a_row_without_fields_is_told(name):
    subset, _ = first_row(name)
    message = refused(name, {}, subset)
    assert message.startswith(f"{name}/{subset}: row 0 does not fit (")
    assert message.endswith("); its fields: none")


@pytest.mark.parametrize("name", OURS)
def test_a_subset_that_is_not_there_is_told_with_those_that_are(name):
    data = load(name).data
    with pytest.raises(UnknownName) as caught:
        next(iter(data.read("no such subset", source=SOURCE)))
    assert "unknown name ('no such subset')" in caught.value.message


@pytest.mark.parametrize("name", OURS)
def test_worked_examples_are_where_a_solver_wants_them(name):
    benchmark = load(name)
    if getattr(benchmark.solve, "few_shot", 0) and isinstance(benchmark.data, Hub):
        assert benchmark.data.few_shot_split
    if isinstance(benchmark.data, Hub) and not benchmark.data.few_shot_split:
        assert list(benchmark.data.read(benchmark.data.subsets[0], part="few_shot", source=SOURCE)) == []


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("mmlu_pro", {"answer": "AB"}, "choice: the target is not one of the options ('AB'); accepted: A,B,C,D"),
        ("mmlu_pro", {"answer": "K"}, "choice: the target is not one of the options ('K'); accepted: A,B,C,D"),
        ("pubmedqa", {"answer": "so"}, "label: the target is not one of the labels ('so'); accepted: yes,no,maybe"),
    ],
)
def test_a_target_that_no_reply_can_meet_is_told_as_its_row_is_read(name, changes, reason):
    subset, row = first_row(name)
    assert refused(name, {**row, **changes}, subset).startswith(f"{name}/{subset}: row 0: {reason}")
