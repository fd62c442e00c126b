import math
import random
from functools import cache

import pytest

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats import macro, mean, pool, weighted
from pytest_evalscope.types import Columns, Estimate


@cache
def share(right, n):
    values = [1.0] * right + [0.0] * (n - right)
    return mean("accuracy")(Columns(values={"accuracy": values}, clusters=range(n), samples=range(n)))


def other(value, stderr, n=10):
    half = 2 * stderr
    return Estimate(value=value, stderr=stderr, low=value - half, high=value + half, n=n, metric="reward")


def test_micro_weighs_rows_and_macro_weighs_estimates():
    parts = [share(70, 100), share(900, 1000)]
    assert pool(parts).value == pytest.approx(970 / 1100)
    assert macro(parts).value == pytest.approx(0.8)
    assert pool(parts).n == macro(parts).n == 1100
    assert pool(parts).metric == "accuracy"


def test_standard_errors_are_added_in_quadrature_with_their_weights():
    parts = [other(3, 0.3), other(5, 0.1)]
    assert weighted(parts, [2, 3]).stderr == pytest.approx(math.sqrt(4 * 0.09 + 9 * 0.01) / 5)
    assert weighted(parts, [2, 3]).value == pytest.approx(4.2)


def test_the_worked_example_of_the_index():
    # arc (weight 2): 0.8 of 5 and 1.0 of 4; ceval (weight 3): 0.0 of 1. Each sample weighs its share by the samples.
    parts = [share(4, 5), share(4, 4), share(0, 1)]
    assert pool(parts).value == pytest.approx(0.8)
    assert macro(parts).value == pytest.approx(0.6)
    assert weighted(parts, [5 * 0.4 / 9, 4 * 0.4 / 9, 0.6]).value == pytest.approx(0.3556, abs=5e-5)


def test_one_estimate_alone_stays_as_it_is():
    alone = share(18, 20)
    for mixed in (pool([alone]), macro([alone]), weighted([share(1, 9), alone], [0, 2.5])):
        assert mixed.__reduce_ex__(2) == alone.__reduce_ex__(2)


def test_equal_strata_have_wilsons_interval_of_the_whole():
    whole, strata = share(1140, 1140), pool([share(20, 20)] * 57)
    assert strata.low == pytest.approx(whole.low, abs=1e-9)
    assert strata.high == 1.0
    whole, strata = share(0, 1140), pool([share(0, 20)] * 57)
    assert strata.low == 0.0
    assert strata.high == pytest.approx(whole.high, abs=1e-9)


@pytest.mark.parametrize(
    ("strata", "weights", "low", "high"),
    [
        ([(70, 100), (900, 1000)], [1, 1], 0.7509427920445881, 0.8418332057904085),
        ([(3, 3), (500, 1000)], [6, 4], 0.46284562341375823, 0.8123783268680008),
        ([(4, 5), (1, 8)], [2, 3], 0.18140819992849974, 0.6412108970709158),
        ([(0, 1), (8, 8)], [0.3, 0.7], 0.4729147045812838, 0.9380352056868287),
    ],
)
def test_the_interval_of_two_strata_is_the_score_interval(strata, weights, low, high):
    """Golden values from a search for the likeliest pair of proportions at every mean."""
    made = weighted([share(*counts) for counts in strata], weights)
    assert (made.low, made.high) == pytest.approx((low, high), abs=2e-9)


def test_one_error_among_many_full_strata_leaves_nearly_wilsons_interval_of_the_whole():
    whole, strata = share(1139, 1140), pool([share(19, 20)] + [share(20, 20)] * 56)
    assert strata.low == pytest.approx(whole.low, abs=2e-4)
    assert strata.high == pytest.approx(whole.high, abs=2e-4)


def test_a_full_leaf_with_few_rows_does_not_make_an_index_certain():
    index = weighted([share(3, 3), share(500, 1000)], [6, 4])
    assert index.value == pytest.approx(0.8)
    assert index.low < 0.6
    assert index.stderr > 0.08


def test_an_error_of_0_is_not_believed():
    certain = Estimate(value=1.0, stderr=0.0, low=1.0, high=1.0, n=20)
    assert macro([certain, certain]).low == pytest.approx(macro([share(20, 20)] * 2).low)
    assert pool([certain]).low == pytest.approx(share(20, 20).low)
    assert pool([certain]).stderr > 0
    assert macro([Estimate(value=1.0, stderr=0.0, low=1.0, high=1.0, n=0)]).low == pytest.approx(share(1, 1).low)
    wide = macro([Estimate(value=3.0, stderr=0.0, low=3.0, high=3.0, n=20)])
    assert (wide.low, wide.high) == pytest.approx((3 - 3 * 0.161125158, 3.0)), "from 0 to what was seen"
    below = macro([Estimate(value=-1.0, stderr=0.0, low=-1.0, high=-1.0, n=20)])
    assert (below.low, below.high) == pytest.approx((-1.0, -1 + 2 * 0.161125158))


def test_intervals_outside_of_0_and_1_are_added_in_quadrature():
    index = macro([other(3, 0.3), other(5, 0.4)])
    assert index.low == pytest.approx(4 - 0.5)
    assert index.high == pytest.approx(4 + 0.5)
    uneven = Estimate(value=0.5, stderr=0.3, low=-0.1, high=0.9, n=4, metric="x")
    found = weighted([uneven, other(1, 0.1)], [3, 1])
    assert (found.value, found.n, found.metric) == (0.625, 14, "x")
    assert found.low == pytest.approx(0.625 - math.hypot(0.75 * 0.6, 0.25 * 0.2))
    assert found.high == pytest.approx(0.625 + math.hypot(0.75 * 0.4, 0.25 * 0.2))


def test_few_degrees_of_freedom_stay_visible():
    values = {"f1": [0.7, 0.6, 0.5]}
    part = mean("f1")(Columns(values=values, clusters=range(3), samples=range(3)))
    both = macro([part, part])
    assert (both.high - both.low) / 2 > 1.85 * 1.96 * both.stderr


@pytest.mark.parametrize("weights", [[], [0.0]])
def test_there_is_no_mean_of_nothing(weights):
    with pytest.raises(GateError, match=r"nothing to weigh \(\d estimates, none with a weight\)"):
        weighted([share(1, 2)] * len(weights), weights)


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_a_weight_is_a_finite_number_of_at_least_0(weight):
    with pytest.raises(GateError, match="a weight is not a finite number of at least 0"):
        weighted([share(1, 2)] * 2, [1.0, weight])


@pytest.mark.parametrize(
    ("strata", "least"),
    [
        ([(0.98, 20, 1)] * 30, 0.94),
        ([(0.9, 20, 1)] * 20, 0.94),
        ([(0.95, 5, 1)] * 10, 0.93),
        ([(0.7, 100, 1), (0.9, 1000, 1)], 0.93),
        ([(0.9, 3, 6), (0.5, 1000, 4)], 0.93),
        ([(0.1, 10, 1), (0.3, 10, 2), (0.5, 10, 3), (0.7, 10, 4), (0.9, 10, 5)], 0.92),
    ],
)
@pytest.mark.slow
def test_intervals_cover_the_truth(strata, least):
    source = random.Random(7)
    weights = [weight for *_, weight in strata]
    truth = sum(p * weight for p, _, weight in strata) / sum(weights)
    runs = 400
    covered = 0
    for _ in range(runs):
        drawn = [share(sum(source.random() < p for _ in range(n)), n) for p, n, _ in strata]
        index = weighted(drawn, weights)
        covered += index.low <= truth <= index.high
    assert covered / runs >= least


@pytest.mark.parametrize("weight", [1e-12, 1e-200])
def test_a_value_next_to_0_or_1_has_an_interval(weight):
    low, high = weighted([share(0, 5), share(5, 5)], [1.0, weight]), weighted([share(5, 5), share(0, 5)], [1.0, weight])
    assert low.low == pytest.approx(0, abs=1e-9)
    assert low.high == pytest.approx(share(0, 5).high, abs=1e-6)
    assert high.low == pytest.approx(share(5, 5).low, abs=1e-6)
    assert high.high == pytest.approx(1, abs=1e-9)
