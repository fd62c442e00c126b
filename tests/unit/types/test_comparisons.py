"""An estimate compares as its value, from either side."""

import operator

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Estimate, Threshold

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
