"""Metrics of sums: the jackknife's error, against the formula worked over what is left without each cluster."""

import math

import pytest

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats import mean, of_sums
from pytest_evalscope.types import Columns

VALUES = [0.2, 0.4, 0.9, 0.55, 0.1]


def columns(clusters=None, **values):
    n = len(next(iter(values.values())))
    return Columns(values=values, clusters=clusters or range(n), samples=range(n))


def test_of_a_mean_it_is_the_means_own_error():
    table = columns(x=VALUES, ones=[1.0] * 5)
    found, expected = of_sums(["x", "ones"], lambda sums: sums[0] / sums[1])(table), mean("x")(table)
    assert (found.value, found.stderr, found.low, found.high, found.n) == pytest.approx(
        (expected.value, expected.stderr, expected.low, expected.high, 5)
    )


def test_clusters_are_left_out_as_a_whole():
    table = columns([7, 7, 3, 9, 3], x=VALUES, y=[1.0, 2.0, 1.0, 1.0, 1.0])
    found = of_sums(["x", "y"], lambda sums: math.sqrt(sums[0] / sums[1]) / 2)(table)
    # The sums are 2.15 and 6; the clusters' 0.6 and 3, 1 and 2, 0.55 and 1.
    without = [math.sqrt(x / y) / 2 for x, y in ((1.55, 3), (1.15, 4), (1.6, 5))]
    middle = sum(without) / 3
    assert found.value == pytest.approx(math.sqrt(2.15 / 6) / 2)
    assert found.stderr == pytest.approx(math.sqrt(2 / 3 * sum((each - middle) ** 2 for each in without)))
    assert 0 < found.low < found.value < found.high < 1


def test_the_interval_lies_in_0_and_1_and_has_a_width_where_no_spread_is_seen():
    wide = of_sums(["x"], lambda sums: min(1.0, sums[0] / 2.15))(columns(x=VALUES))
    assert (wide.value, wide.high) == (1.0, 1.0)
    equal = of_sums(["x"], lambda _: 0.3)(columns(x=[1.0] * 20))
    assert (equal.low, equal.high) == pytest.approx((0.3 - 0.3 * 0.161125158, 0.3 + 0.7 * 0.161125158))


def test_there_is_no_value_of_nothing():
    with pytest.raises(GateError, match="metric x: no rows"):
        of_sums(["x"], lambda sums: sums[0])(columns(x=[]))
