"""F1 and exact match of spans, by values worked out by hand and by trying every pairing."""

import random
from itertools import permutations
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers import spans
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.spans import best_total, normalize_span
from pytest_evalscope.types import Completion, Context, Sample

CONTEXT = Context(model=cast("Any", None))


def marks(reply, target, answers=()):
    sample = Sample(id="s", input="?", target=target, metadata={"answers": answers} if answers else {})
    score = spans()(sample, Completion(text=reply), CONTEXT)
    return score.values["f1"], score.values["exact_match"], score.answer


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("-1.2e1", "-12.0"),
        ("The  Cat", "cat"),
        ("7", "7.0"),
        ("7.50", "7.5"),
        ("1,000", "1000.0"),
        ("well-known man", "well known man"),
        ("U.S.", "us"),
        ("-5", "-5.0"),
        ("3-5", "3.0 5.0"),  # a hyphen divides
        ("-0", "0.0"),
        ("12.5.", "12.5"),
        ("12.5%,", "12.5"),
        ("$1,200.50", "1200.5"),
        ("1,2", "1,2"),
        ("1/3", "1/3"),
        ("12:30", "12:30"),
        (".5", "0.5"),
        ("007", "7.0"),
        ("O’Neill", "oneill"),
        ("nan", "nan"),
        ("9" * 400, "9" * 400 + ".0"),
        ("the", ""),
        ("a theatre, an inn", "theatre inn"),
        ("x.y z!", "xy z"),
        ("a-b - c", "b c"),
        ("", ""),
    ],
)
def test_the_normal_form_of_a_span(text, normal):
    assert normalize_span(text) == normal


@pytest.mark.parametrize(
    ("reply", "target", "expected"),
    [
        ("Answer: two cats", "two cats", (1, 1, "two cats")),
        ("Answer: two black cats", "two cats", (0.8, 0, "two black cats")),
        ("Answer: dogs", ("cats", "dogs"), (1, 1, "dogs")),
        ("two cats", "Two cats!", (1, 1, "two cats")),
        ("Answer: 5 cats", "4 cats", (0, 0, "5 cats")),
        ("Answer: cats", "4 cats", (0, 0, "cats")),
        ("", "cats", (0, 0, None)),
        (" \n", "cats", (0, 0, None)),
        ("Answer: the", "cats", (0, 0, "the")),
    ],
)
def test_one_span(reply, target, expected):
    assert marks(reply, target) == pytest.approx(expected)


@pytest.mark.parametrize(
    "frame", ["Answer: {}", "Answer: {}.", "{}", "**Answer:** {}", "\\boxed{{{}}}", '{{"answer": "{}"}}']
)
@pytest.mark.parametrize(
    "number", ["12.5", "125", "-5", "5", "1/3", "13", "1,200", "1.2", "12:30", "1230", "3 million", "3"]
)
def test_one_number_is_not_another(frame, number):
    others = {"12.5", "125", "-5", "5", "1/3", "13", "1200", "1.2", "12:30", "1230", "3 million", "3"}
    right = {other for other in others if marks(frame.format(number), other)[1]}
    assert right == {number.replace(",", "")}


@pytest.mark.parametrize(
    ("reply", "target", "exact"),
    [
        ("The answer is 3 touchdowns.", "3", 1),
        ("Answer: they scored 3 touchdowns", "3", 1),
        ("Answer: 35 yards", "35", 1),
        ("Answer: 12%", "12", 1),
        ("Answer: 3 (5 - 2)", "3", 1),
        ("Answer: 5 - 2 = 3", "3", 1),
        ("Answer: 5 - 2 = 3", "5", 0),
        ("Answer: Denver (the home team)", "Denver", 1),
        ("Answer: 3 or 4 touchdowns", "3", 0),
        ("Answer: 3 and a half", "3", 0),
        ("Answer: 3 hundred", "3", 0),
        ("Answer: 3 of 5 games", "3", 0),
        ("Answer: 3 touchdowns", "3 field goals", 0),
        ("Answer: not 3 touchdowns", "3", 0),
        ("Answer: March 3", "3", 0),
    ],
)
def test_a_number_may_have_its_unit(reply, target, exact):
    assert marks(reply, target)[1] == exact


@pytest.mark.parametrize(
    ("reply", "f1", "exact"),
    [
        ("Answer: Ann, Bo and Cy", 1, 1),
        ("Answer: Ann\nBo\nCy\n\nThey all won.", 1, 1),
        ("Answer:\n- Ann\n- Bo\n- Cy", 1, 1),
        ("Answer:\n1. **Ann**\n2. **Bo**\n3. **Cy**", 1, 1),
        ("* Ann\n* Bo\n* Cy", 1, 1),
        ('{"answer": ["Ann", "Bo", "Cy"]}', 1, 1),
        ('["Ann", "Bo", "Cy"]', 1, 1),
        ("<answer>Ann; Bo; Cy</answer>", 1, 1),
        ("\\boxed{Ann, Bo, Cy}", 1, 1),
        ("The answers are Ann, Bo, and Cy.", 1, 1),
        ("\\boxed{\\text{Ann, Bo, and Cy}}", 1, 1),
        ("Answer: 1) Ann 2) Bo 3) Cy", 1, 1),
        ("Answer: Ann / Bo / Cy (in this order)", 1, 1),
        ("Answer: Ann & Bo & Cy", 1, 1),
        ("Answer:\n- Ann\n- Bo", 0.67, 0),
        ("Answer:\n- Ann\n- Bo\n- Di", 0.67, 0),
        ("Answer: Cy; Ann; Bo", 1, 1),
        ("Answer: Ann, Bo", 0.67, 0),
        ("Answer: Ann", 0.33, 0),
        ("Answer: Ann, Bo, Cy, Di", 0.75, 0),
        ("Answer: , and ;", 0, 0),
    ],
)
def test_several_spans(reply, f1, exact):
    assert marks(reply, "?", [["Ann", "Bo", "Cy"]])[:2] == pytest.approx((f1, exact))


@pytest.mark.parametrize(("count", "exact"), [(2, 1), (64, 1), (65, 0)])
def test_at_most_64_spans_are_cut_out_of_a_reply(count, exact):
    names = [f"n{number}" for number in range(count)]
    assert marks(", ".join(names), "?", [names])[1] == exact


def test_the_reading_and_the_accepted_answer_that_fit_best_count():
    both = [["Ann", "Bo"], ["Ann and Bo Lee"]]
    assert marks("Answer: Ann and Bo Lee", "?", both)[:2] == (1, 1)
    assert marks("Answer: Ann and Bo", "?", both)[:2] == (1, 1)
    assert marks("Answer: Ann", "?", both[::-1])[:2] == (0.5, 0)
    assert marks("Answer: Ann", "?", [[], [" "], ["Ann"]])[:2] == (1, 1)


def test_thousands_are_not_cut_apart():
    assert marks("Answer: 1,200 and 3,400", "?", [["1200", "3400"]])[:2] == (1, 1)
    assert marks("Answer: 5,6", "?", [["5", "6"]])[:2] == (1, 1)


def test_a_span_with_a_comma_is_not_cut_where_one_span_is_wanted():
    assert marks("Answer: Rome, Italy", "Rome, Italy")[:2] == (1, 1)


def test_no_accepted_answer_is_an_error_and_no_mark():
    with pytest.raises(ScorerError, match=r"^spans: no accepted answer has words \(' '\); sample s"):
        marks("Answer: 7", " ")


def test_a_sample_without_a_reply_counts_zero_in_every_metric():
    assert failed_values(spans(), Sample(input="?")) == dict.fromkeys(spans().metrics, 0.0)


WEIGHTS = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(st.floats(0, 1), min_size=columns, max_size=columns), min_size=1, max_size=5)
)


def best_of_all_pairings(weights):
    rows, columns = len(weights), len(weights[0])
    if rows > columns:
        return best_of_all_pairings(list(zip(*weights, strict=True)))
    return max(sum(weights[row][column] for row, column in enumerate(p)) for p in permutations(range(columns), rows))


@given(WEIGHTS)
@pytest.mark.slow
def test_no_pairing_has_a_larger_sum(weights):
    assert best_total(weights) == pytest.approx(best_of_all_pairings(weights))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 4), (2, 2), (3, 3), (3, 5), (4, 2), (5, 5)])
def test_of_drawn_weights_the_best_pairing_is_found(rows, columns):
    chance = random.Random(rows * 10 + columns)
    for _ in range(12):
        weights = [[chance.randint(0, 9) / 10 for _ in range(columns)] for _ in range(rows)]
        assert best_total(weights) == pytest.approx(best_of_all_pairings(weights))
