"""What a comparison that an estimate lost says."""

import pytest

from pytest_evalscope.plugin import pytest_assertrepr_compare
from pytest_evalscope.plugin.assertions import compared, explain
from pytest_evalscope.types import Threshold

SHOWN = "accuracy 0.500 ± 0.100 (95 % 0.40–0.60, n=10)"


@pytest.mark.parametrize(
    ("op", "said", "turned"),
    [
        (">=", "is below", "is above"),
        (">", "is not above", "is not below"),
        ("<=", "is above", "is below"),
        ("<", "is not below", "is not above"),
        ("==", "is not", "is not"),
        ("!=", "is", "is"),
    ],
)
def test_a_lost_comparison_says_how(estimate, op, said, turned):
    made = estimate(0.5)
    assert explain(op, made, 0.25) == [f"{SHOWN} {said} 0.25"]
    assert explain(op, made, 1) == [f"{SHOWN} {said} 1"]
    assert explain(op, 0.25, made) == [f"{SHOWN} {turned} 0.25"], "the estimate is named first on either side"
    other = estimate(0.75)
    assert explain(op, made, other) == [f"{SHOWN} {said} accuracy 0.750 ± 0.100 (95 % 0.65–0.85, n=10)"]


@pytest.mark.parametrize(
    ("op", "low"), [(">=", False), (">", False), ("<=", True), ("<", True), ("==", False), ("!=", False)]
)
def test_of_a_lost_comparison_the_metric_is_known_and_whether_it_was_wanted_to_be_low(estimate, op, low):
    made, other = estimate(0.5), {">=": "<=", ">": "<", "<=": ">=", "<": ">"}.get(op, op)
    assert compared(op, made, 0.25) == ("accuracy", low)
    assert compared(other, 0.25, made) == ("accuracy", low), "on either side"
    assert compared(op, 1, 0.5) is None


def test_a_threshold_is_shown_with_its_source_and_for_the_metric_alone(estimate):
    threshold = Threshold(values={"accuracy": 0.625, "recall": 0.9}, primary="recall", source="the decorator")
    assert explain(">=", estimate(0.5), threshold) == [f"{SHOWN} is below 0.625 (set by the decorator)"]
    assert explain("<=", threshold, estimate(0.5)) == [f"{SHOWN} is below 0.625 (set by the decorator)"]
    unnamed = Threshold(values={"accuracy": 0.625}, primary="accuracy")
    assert explain(">=", estimate(0.5), unnamed) == [f"{SHOWN} is below 0.625"]


def test_what_is_no_comparison_of_an_estimate_is_left_to_pytest(estimate):
    assert explain(">=", 1, 2) is None
    assert explain("in", estimate(0.5), [1]) is None
    assert explain("in", 1, estimate(0.5)) is None
    assert explain(">=", estimate(0.5), "high") == [f"{SHOWN} is below high"]


def test_the_hook_answers_for_values_of_this_package_alone(options, estimate):
    made = options()
    assert pytest_assertrepr_compare(made, ">=", estimate(0.5), 0.7) == [f"{SHOWN} is below 0.7"]
    chance = f"{SHOWN} is below 0.6; that may be chance: n=10 shows drops from 0.142 up (80 % power)"
    assert pytest_assertrepr_compare(made, ">=", estimate(0.5), 0.6) == [chance]
    assert pytest_assertrepr_compare(made, "<=", 0.6, estimate(0.5)) == [chance]
    assert pytest_assertrepr_compare(made, "==", 1, 2) is None
