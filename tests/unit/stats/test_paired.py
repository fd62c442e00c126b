"""Paired differences against scipy's distributions, its optimiser, and simulated runs."""

import math
import random

import pytest

from pytest_evalscope.stats.paired import difference, holm, independent, mid_p, mid_p_lost, tango

scipy_stats = pytest.importorskip("scipy.stats", reason="scipy is needed: pip install scipy")
TABLES = [(8, 2, 50), (3, 16, 54), (0, 0, 20), (5, 0, 30), (0, 7, 7), (1, 1, 2), (40, 60, 200), (1, 12, 14042)]


@pytest.mark.parametrize(("gained", "lost", "n"), TABLES)
def test_mid_p_is_that_of_the_binomial_distribution(gained, lost, n):
    few, tosses = min(gained, lost), gained + lost
    exact = 2 * scipy_stats.binom.cdf(few, tosses, 0.5) - scipy_stats.binom.pmf(few, tosses, 0.5)
    assert mid_p(gained, lost) == pytest.approx(min(1.0, exact), rel=1e-9)
    one_sided = scipy_stats.binom.sf(lost - 1, tosses, 0.5) - scipy_stats.binom.pmf(lost, tosses, 0.5) / 2
    assert mid_p_lost(gained, lost) == pytest.approx(one_sided, rel=1e-9)


def test_mid_p_of_thousands_of_changes():
    assert mid_p(4800, 5200) == pytest.approx(
        2 * scipy_stats.binom.cdf(4800, 10_000, 0.5) - scipy_stats.binom.pmf(4800, 10_000, 0.5), rel=1e-6
    )
    assert mid_p(0, 5000) == 0.0
    assert (mid_p(0, 0), mid_p(7, 7), mid_p_lost(0, 0)) == (1.0, 1.0, 0.5)


def score_at(gained, lost, n, delta):
    """The score statistic with the share of losses that makes the counts likeliest, found by an optimiser."""
    minimize_scalar = pytest.importorskip("scipy.optimize", reason="scipy is needed: pip install scipy").minimize_scalar

    def unlikely(q):
        cells = ((gained, q + delta), (lost, q), (n - gained - lost, 1 - 2 * q - delta))
        return -sum(count * math.log(share) for count, share in cells if count)

    ends = (max(0.0, -delta) + 1e-12, (1 - delta) / 2 - 1e-12)
    q = minimize_scalar(unlikely, bounds=ends, method="bounded", options={"xatol": 1e-13}).x
    return (gained - lost - n * delta) / math.sqrt(n * (2 * q + delta - delta * delta))


@pytest.mark.parametrize(("gained", "lost", "n"), TABLES)
def test_the_ends_of_the_score_interval_are_where_the_score_is_1_96(gained, lost, n):
    z = scipy_stats.norm.ppf(0.975)
    low, high = tango(gained, lost, n)
    assert -1 <= low < (gained - lost) / n < high <= 1 or (low, (gained - lost) / n) == (-1.0, -1.0)
    for end, score in ((low, z), (high, -z)):
        if abs(end) < 1:
            assert score_at(gained, lost, n, end) == pytest.approx(score, abs=1e-4)


def test_exchanging_the_sides_turns_the_interval():
    low, high = tango(3, 16, 54)
    assert tango(16, 3, 54) == pytest.approx((-high, -low), abs=1e-12)


def test_zeros_and_ones():
    first, second = [1, 1, 1, 0, 0, 1.0], [1, 0, 0, 1, 0, 1.0]
    made = difference(first, second, range(6))
    assert made.value == pytest.approx(-1 / 6)
    assert (made.n, made.gained, made.lost) == (6, 1, 2)
    assert (made.low, made.high) == tango(1, 2, 6)
    assert made.p == mid_p(1, 2)


def test_other_values_are_those_of_the_paired_t_test():
    rng = random.Random(1)
    first = [rng.random() for _ in range(30)]
    second = [value + rng.gauss(0.1, 0.2) for value in first]
    made, theirs = difference(first, second, range(30)), scipy_stats.ttest_rel(second, first)
    assert made.p == pytest.approx(theirs.pvalue, rel=1e-9)
    interval = theirs.confidence_interval(0.95)
    assert (made.low, made.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_clusters_are_the_units():
    first, second = [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]
    alone, twice = difference(first[::2], second[::2], [0, 1]), difference(first, second, [0, 0, 1, 1])
    assert twice.value == alone.value == 0.5
    assert twice.p == pytest.approx(scipy_stats.ttest_1samp([1.0, 0.0], 0).pvalue)
    assert (twice.gained, twice.n) == (2, 4)


@pytest.mark.parametrize("change", [0.0, 0.25])
def test_differences_that_are_all_equal_have_a_width(change):
    made = difference([0.5] * 8, [0.5 + change] * 8, range(8))
    assert made.low < made.value == change < made.high
    assert made.p == (1.0 if change == 0 else 2**-7)


def test_one_pair_tells_nothing():
    made = difference([0.2], [0.9], [0])
    assert made.p == 1.0
    assert made.low < 0 < made.high
    with pytest.raises(ValueError, match="no pairs"):
        difference([], [], [])


@pytest.mark.parametrize(("p", "change"), [(0.5, 0.1), (0.9, 0.05), (0.1, 0.3)])
def test_the_interval_covers_what_was_simulated(p, change):
    rng, covered, alarms, runs = random.Random(7), 0, 0, 600
    for _ in range(runs):
        first = [float(rng.random() < p) for _ in range(100)]
        second = [value if rng.random() > change else float(rng.random() < p) for value in first]
        made = difference(first, second, range(100))
        covered += made.low <= 0 <= made.high
        alarms += made.p < 0.05
    assert covered / runs >= 0.93
    assert alarms / runs <= 0.065


def test_differences_of_other_samples_are_weighed():
    one, other = difference([0, 0, 0, 1.0], [1, 1, 0, 1.0], range(4)), difference([1, 1.0], [1, 1.0], range(2))
    made = independent([one, other], [1, 3])
    assert made.value == pytest.approx((0.5 + 0) / 4)
    widths = [(part.high - part.low) / (2 * scipy_stats.norm.ppf(0.975)) for part in (one, other)]
    assert made.stderr == pytest.approx(math.hypot(max(one.stderr, widths[0]), 3 * widths[1]) / 4)
    assert made.p == pytest.approx(2 * scipy_stats.norm.sf(made.value / made.stderr))
    assert (made.n, made.gained, made.lost) == (6, 2, 0)
    assert independent([one, other], [1, 0]) is one
    with pytest.raises(ValueError, match="nothing to weigh"):
        independent([one], [0])


def test_holms_adjustment():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()
    assert holm([0.9, 0.8]) == (1.0, 1.0)


def test_holm_keeps_the_family_at_its_level():
    rng, alarms, families = random.Random(3), 0, 400
    for _ in range(families):
        alarms += min(holm([rng.random() for _ in range(20)])) < 0.05
    assert alarms / families <= 0.075
