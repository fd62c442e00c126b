"""Estimates compare as their values, with numbers, with each other and with the threshold of their metric."""

import operator

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Estimate, Threshold, estimate_to_plain


def estimate(value=0.5, **changes):
    return Estimate(**{"value": value, "stderr": 0.05, "low": 0.4, "high": 0.62, "n": 90, "metric": "f1", **changes})


@pytest.mark.parametrize(
    ("compare", "below", "equal", "above"),
    [
        (operator.ge, False, True, True),
        (operator.gt, False, False, True),
        (operator.le, True, True, False),
        (operator.lt, True, False, False),
        (operator.eq, False, True, False),
        (operator.ne, True, False, True),
    ],
)
def test_an_estimate_compares_as_its_value(compare, below, equal, above):
    threshold = Threshold(values={"accuracy": 9.0, "f1": 0.5}, primary="accuracy")
    for bound in (0.5, threshold, estimate(0.5, low=0.0, n=1)):
        made = [compare(estimate(value), bound) for value in (0.4, 0.5, 0.6)]
        assert made == [below, equal, above]
        turned = [compare(bound, estimate(value)) for value in (0.6, 0.5, 0.4)]
        assert turned == [below, equal, above]
    assert [compare(estimate(value), 1) for value in (0.0, 1.0, 2.0)] == [below, equal, above]


def test_an_estimate_is_equal_to_nothing_else_and_has_no_order_with_it():
    assert estimate() != "0.5"
    assert estimate() != None  # noqa: E711 - the comparison is the test
    for compare in (operator.ge, operator.gt, operator.le, operator.lt):
        with pytest.raises(TypeError):
            compare(estimate(), "0.5")


def test_an_estimate_equals_what_equals_its_value():
    assert estimate(1 / 3) == pytest.approx(0.333, abs=0.001)
    assert estimate(1 / 3) != pytest.approx(0.3)
    assert estimate(0.5) in (0.25, 0.5)
    assert estimate(0.5) not in (0.25, "0.5", None)
    assert (estimate(0.5) == None) is False  # noqa: E711 - the comparison is the test
    assert (round(estimate(1 / 3), 2), round(estimate(0.75))) == (0.33, 1)


def test_equal_estimates_have_one_hash():
    assert {estimate(0.5), estimate(0.5, n=7), 0.5} == {0.5}
    assert hash(estimate(0.5)) == hash(0.5)


def test_an_estimate_is_written_with_half_its_interval():
    written = "f1 0.500 ± 0.110 (95 % 0.40–0.62, n=90)"
    assert [str(estimate()), f"{estimate()}", repr(estimate())] == [written] * 3
    assert str(estimate(metric="")) == "0.500 ± 0.110 (95 % 0.40–0.62, n=90)"
    assert (f"{estimate():.1%}", float(estimate())) == ("50.0%", 0.5)


def test_the_numbers_of_an_estimate():
    assert estimate_to_plain(estimate()) == {"value": 0.5, "stderr": 0.05, "low": 0.4, "high": 0.62, "n": 90}
    assert Estimate(value=0.5, stderr=0.05, low=0.4, high=0.62, n=90).metric == ""


def test_a_threshold_is_the_primary_metrics_number():
    threshold = Threshold(values={"f1": 0.5, "accuracy": 0.25}, primary="accuracy")
    assert (float(threshold), threshold.of("f1"), threshold.source) == (0.25, 0.5, "")
    assert repr(threshold) == "f1 >= 0.5, accuracy >= 0.25"
    assert repr(Threshold(values={}, primary="accuracy")) == "no threshold"


@pytest.mark.parametrize(("values", "known"), [({"f1": 1, "accuracy": 1}, "accuracy, f1"), ({}, "none")])
def test_a_metric_without_a_threshold_is_named(values, known):
    with pytest.raises(UsageError) as caught:
        Threshold(values=values, primary="loss").of("loss")
    assert str(caught.value) == f"threshold: none is set for this metric ('loss'); set: {known}"
