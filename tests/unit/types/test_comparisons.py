"""An estimate compares as its value, from either side."""

import operator
from dataclasses import replace
from fractions import Fraction

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import (
    Estimate,
    Execution,
    IndexLevel,
    Leaderboard,
    Orders,
    Score,
    Standing,
    Threshold,
)
from pytest_evalscope.types.agreement import Agreement
from pytest_evalscope.types.estimate import apart, shown

COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def estimate(value, metric="accuracy"):
    return Estimate(value=value, stderr=0.1, low=value - 0.2, high=value + 0.2, n=20, metric=metric)


def as_threshold(value):
    return Threshold(values={"f1": 0.0, "accuracy": value}, primary="f1")


OTHERS = pytest.mark.parametrize("other", [float, int, estimate, as_threshold], ids=lambda kind: kind.__name__)


@OTHERS
@pytest.mark.parametrize("sign", COMPARISONS)
@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_the_number_may_be_on_either_side(sign, value, other):
    compare = COMPARISONS[sign]
    assert compare(estimate(0.0), other(value)) is compare(0.0, value)
    assert compare(other(value), estimate(0.0)) is compare(value, 0.0)


def test_an_estimate_between_two_numbers():
    assert 0.4 < estimate(0.5) < 0.6
    assert not 0.5 < estimate(0.5) <= 0.6


@pytest.mark.parametrize("sign", [sign for sign in COMPARISONS if sign not in ("==", "!=")])
@pytest.mark.parametrize("other", ["0.5", None, [0.5]])
def test_what_is_no_number_has_no_order(sign, other):
    with pytest.raises(TypeError, match="not supported between instances"):
        COMPARISONS[sign](estimate(0.5), other)
    with pytest.raises(TypeError, match="not supported between instances"):
        COMPARISONS[sign](other, estimate(0.5))


def test_what_is_no_number_is_not_equal():
    assert estimate(0.5) != "0.5"
    assert [other for other in ("0.5", None, [0.5]) if other == estimate(0.5)] == []


def test_equal_estimates_are_one_key():
    assert {estimate(0.5): "found"}[estimate(0.5, metric="f1")] == "found"


def test_a_threshold_without_the_metric_is_told_and_compares_as_nothing():
    with pytest.raises(UsageError, match=r"^threshold: none is set for this metric \('bleu'\); set: accuracy, f1$"):
        assert estimate(0.5, metric="bleu") >= as_threshold(0.1)
    with pytest.raises(UsageError, match=r"^threshold: none is set for this metric \('bleu'\)"):
        assert as_threshold(0.1) <= estimate(0.5, metric="bleu")


@pytest.mark.parametrize("value", [0.8 - 1e-15, 0.7999999999999999, 0.8, 0.8000000000000002])
def test_order_is_up_to_rounding_and_equality_exact(value):
    made = Estimate(value=value, stderr=0.1, low=0.7, high=0.9, n=9)
    assert made >= 0.8
    assert made <= 0.8
    assert not made > 0.8
    assert not made < 0.8
    assert made >= Fraction(4, 5)
    assert (made == 0.8) is (value == 0.8)
    assert made >= replace(made, value=0.8)
    assert not made >= 0.8 + 1e-6


@pytest.mark.parametrize(
    ("value", "bound", "text"),
    [
        (791 / 1319, 0.6, "0.5997"),
        (0.5, 0.6, "0.500"),
        (0.0, 0.6, "0.000"),
        (0.7999, 0.8, "0.7999"),
        (0.79996, 0.8, "0.79996"),
        (0.6001, 0.6, "0.6001"),
        (1234.5678, 1234.568, "1234.5678"),
        (0.8, 0.8, "0.800"),
    ],
)
def test_a_value_is_shown_with_the_digits_that_tell_it_from_its_bound(value, bound, text):
    assert apart(value, bound) == text


@pytest.mark.parametrize(("bound", "text"), [(0.6, "0.6"), (1, "1"), (0.79999999, "0.79999999"), (1e-7, "1e-07")])
def test_a_bound_is_shown_as_it_was_written(bound, text):
    assert shown(bound) == text


NO_TRUTH = {
    "an estimate": Estimate(value=0.0, stderr=0.1, low=0.0, high=0.1, n=9),
    "a threshold": Threshold(values={"accuracy": 0.5}, primary="accuracy"),
    "a score": Score(values={"accuracy": 0.0}, answer=None),
    "an execution": Execution(ended="exit", exit_code=1, stdout="", stderr="", seconds=0.1),
    "an agreement": Agreement(statistic="cohen_kappa", value=None, judges=2, items=0, same=0.0),
    "a level of the index": IndexLevel("task", ()),
    "a leaderboard": Leaderboard(
        name="a", baseline="b", standings=(), orders=Orders(agreed=0, first=0, second=0, half=0), battles=0
    ),
    "the consistency of verdicts": Orders(agreed=0, first=0, second=0, half=0),
    "a model's standing": Standing(model="m", rating=None, win_rate=None, won=0, tied=0, lost=0, unscored=0),
}


@pytest.mark.parametrize("name", NO_TRUTH)
def test_what_is_measured_has_no_truth_value(name):
    with pytest.raises(TypeError, match=f"^{name} has no truth value, .*; write "):
        bool(NO_TRUTH[name])
    with pytest.raises(TypeError, match=name):
        assert not NO_TRUTH[name]
