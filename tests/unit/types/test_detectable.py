"""The smallest drop that a number of samples shows, beside statsmodels 0.15.0, scipy 1.17.1 and exact binomial power.

Golden drops d solve `normal_sample_size_one_tail(d, 0.8, 0.025, sqrt(b (1 - b)), sqrt(t (1 - t)))` for n - 1 rows, with
t = b - d: the standard error of n zeros and ones is that of n - 1 in this formula.
"""

import math

import pytest

from pytest_evalscope.stats import mean, weighted
from pytest_evalscope.stats.intervals import wilson
from pytest_evalscope.types import Columns, Estimate


def right(share, n):
    values = [1.0] * round(share * n) + [0.0] * (n - round(share * n))
    return mean("right")(Columns(values={"right": values}, clusters=range(n), samples=range(n)))


@pytest.mark.parametrize(
    ("share", "n", "drop"),
    [
        (0.6, 100, 0.1386683476230169),
        (0.9, 50, 0.13497460683552825),
        (0.5, 20, 0.30179464615654383),
        (0.3, 200, 0.08805218251066463),
        (0.98, 2000, 0.009312427581513167),
    ],
)
def test_a_drop_is_that_of_the_sample_size_formula(share, n, drop):
    assert right(share, n).detectable == pytest.approx(drop, abs=1e-9)


@pytest.mark.parametrize("n", [1, 5, 20, 100, 2000])
def test_where_all_are_right_a_drop_is_seen_by_one_error(n):
    drop = right(1.0, n).detectable
    assert drop is not None
    # Exactly, at least one of n is wrong in 80 % of runs: 1 - 0.2 ** (1 / n).
    assert drop == pytest.approx(1 - 0.2 ** (1 / n), rel=0.09)


@pytest.mark.parametrize("n", [20, 100, 500])
@pytest.mark.parametrize("share", [0.6, 0.8, 0.9, 0.95, 1.0])
def test_a_drop_of_that_size_is_shown_in_80_percent_of_runs(share, n):
    estimate = right(share, n)
    assert estimate.detectable is not None
    true = estimate.value - estimate.detectable
    power = math.fsum(
        math.comb(n, count) * true**count * (1 - true) ** (n - count)
        for count in range(n + 1)
        if wilson(count / n, n)[1] < estimate.value - 1e-9
    )
    assert 0.75 <= power <= 0.88


def test_where_even_0_is_not_told_from_the_value_no_drop_is_seen():
    assert right(0.1, 20).detectable is None
    assert right(0.0, 20).detectable is None
    assert right(0.1, 20).sight == "n=20 shows no drop from this value"
    assert right(0.3, 20).detectable is not None  # 0 of 20 ends at 0.16
    assert right(0.6, 100).sight == "n=100 shows drops from 0.139 up (80 % power)"


def test_elsewhere_it_is_that_of_the_normal_distribution():
    estimate = Estimate(value=5.0, stderr=0.04, low=4.9, high=5.1, n=10)
    assert estimate.detectable == pytest.approx(0.04 * 2.801585218)


def test_rows_that_share_clusters_and_an_index_count_by_their_error():
    values = [1.0, 1.0, 1.0, 0.0] * 25
    once = mean("right")(Columns(values={"right": values}, clusters=range(100), samples=range(100)))
    twice = Columns(values={"right": values * 2}, clusters=[*range(100)] * 2, samples=[*range(100)] * 2)
    assert mean("right")(twice).detectable == pytest.approx(once.detectable)
    index = weighted([once, once], [1.0, 1.0])
    assert index.detectable is not None
    assert 0.68 < index.detectable / (once.detectable or 0) < 0.73, "half as much by twice as many, about"


def test_one_that_claims_to_have_no_error_has_its_number_of_samples():
    claimed = Estimate(value=0.6, stderr=0.0, low=0.6, high=0.6, n=99)
    assert claimed.detectable == pytest.approx(0.1386683476230169)
