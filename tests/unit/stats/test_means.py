"""Golden intervals from scipy 1.17.1: `binomtest(k, n).proportion_ci(method="wilson")` and `t.interval`."""

import math
import random

import pytest

from pytest_evalscope.errors import GateError, ScorerError, UnknownName
from pytest_evalscope.stats import clipped, mean, mean_ratio, ratio
from pytest_evalscope.types import Columns, Estimate


def columns(*values, clusters=None, **more):
    clusters = range(len(values)) if clusters is None else clusters
    return Columns(values={"accuracy": values, **more}, clusters=clusters, samples=range(len(values)))


def accuracy(*values, clusters=None):
    return mean("accuracy")(columns(*values, clusters=clusters))


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (0, 20, 0.0, 0.16112515805281935),
        (20, 20, 0.8388748419471808, 1.0),
        (18, 20, 0.6989663547715128, 0.9721335187862319),
        (213, 1000, 0.18874695684098677, 0.2394496025297219),
        (1, 2, 0.09453120573423074, 0.9054687942657693),
    ],
)
def test_a_proportion_has_wilsons_interval(right, n, low, high):
    estimate = accuracy(*[1.0] * right, *[0.0] * (n - right))
    assert (estimate.low, estimate.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))
    assert estimate.value == right / n
    assert estimate.n == n
    assert estimate.metric == "accuracy"


def test_the_standard_error_of_a_proportion_is_that_of_any_mean():
    estimate = accuracy(1, 1, 1, 0)
    assert estimate.stderr == pytest.approx(math.sqrt(0.75 * 0.25 / 3))


def test_other_values_in_0_and_1_have_the_score_interval_on_the_effective_number():
    estimate = accuracy(0.2, 0.4, 0.9, 0.55, 0.1)
    assert estimate.value == pytest.approx(0.43)
    assert estimate.stderr == pytest.approx(0.14106735979665883)
    # n = 0.43 · 0.57 / SE² = 12.31658, t of 4 degrees of freedom = 2.776445; (0.43 n + t²/2) / (n + t²) = 0.456948.
    assert estimate.low == pytest.approx(0.456948 - 0.309068, abs=1e-5)
    assert estimate.high == pytest.approx(0.456948 + 0.309068, abs=1e-5)


def test_where_few_differ_one_that_is_all_0_or_all_1_is_added():
    estimate = accuracy(*[1.0] * 19, 0.5)
    # d: 0.025 nineteen times and -0.475; K = 1.107877, v = 20 SE² / (0.975 · 0.025) = 0.512821, a = 1 - 3 K / 20.
    n = 20 * (1.107877 + 0.833818) / (1.107877 * 0.512821 + 0.833818)
    t = 2.093024
    middle = (0.975 * n + t * t / 2) / (n + t * t)
    half = t * math.sqrt(middle * (1 - middle) / (n + t * t))
    assert estimate.stderr == pytest.approx(0.025)
    assert (estimate.low, estimate.high) == (pytest.approx(middle - half, abs=1e-5), 1.0)


def test_values_outside_of_0_and_1_are_not_cut():
    estimate = accuracy(5.0, 7.0)
    assert (estimate.low, estimate.high) == (pytest.approx(6 - 12.706204736), pytest.approx(6 + 12.706204736))


def test_intervals_of_values_in_0_and_1_lie_there():
    estimate = accuracy(0.9, 1.0, 0.3)
    assert 0 < estimate.low < 0.2
    assert 0.95 < estimate.high <= 1
    assert accuracy(1.0, 0.9999).high == 1.0
    assert accuracy(0.0, 0.0001).low == 0.0


def test_repeats_are_clusters():
    # Deviations -1/2 and 1/2 within every pair: (Σ of the pair)² = 1, 0, 0, 1; 4/3 · 2 / 8².
    estimate = accuracy(3, 3, 2, 3, 3, 2, 2, 2, clusters=[0, 0, 1, 1, 2, 2, 3, 3])
    assert estimate.value == 2.5
    assert estimate.stderr == pytest.approx(math.sqrt(4 / 3 * 2) / 8)
    assert estimate.high - estimate.value == pytest.approx(3.182446305 * estimate.stderr)  # t of 3 degrees of freedom


@pytest.mark.parametrize("clusters", [[9, 9, 5, 5, 7, 7, 8, 8], [-1, -1, 0, 0, -3, -3, 2, 2], [0, 0, 8, 8, 1, 1, 2, 2]])
def test_clusters_may_have_any_numbers(clusters):
    values = (3, 3, 2, 3, 3, 2, 2, 2)
    found, plain = accuracy(*values, clusters=clusters), accuracy(*values, clusters=[0, 0, 1, 1, 2, 2, 3, 3])
    assert (found.stderr, found.low, found.high) == (plain.stderr, plain.low, plain.high)
    alone = accuracy(*values, clusters=[8, -1, 0, 7, 30, -8, 6, 5])
    assert alone.stderr == accuracy(*values).stderr


@pytest.mark.parametrize("clusters", [[5, 0, 5], [0, 1, 0], [-1, -2, -1]])
def test_two_rows_of_three_are_a_cluster_wherever_they_stand(clusters):
    # Deviations 0.1 and -0.1 of the cluster and the row alone: 2/1 · 0.02 / 3².
    assert accuracy(0.5, 0.3, 0.4, clusters=clusters).stderr == pytest.approx(math.sqrt(2 * 0.02) / 3)


def test_repeating_every_row_adds_no_certainty():
    once = accuracy(0.2, 0.4, 0.9, 0.55)
    twice = accuracy(0.2, 0.4, 0.9, 0.55, 0.2, 0.4, 0.9, 0.55, clusters=[0, 1, 2, 3] * 2)
    assert twice.stderr == pytest.approx(once.stderr)
    assert (twice.low, twice.high, twice.n) == (pytest.approx(once.low), pytest.approx(once.high), 8)


@pytest.mark.parametrize(
    ("values", "clusters", "low", "high"),
    [
        ([1.0], None, 1 - 0.7934506856, 1.0),  # q = z² / (1 + z²)
        ([0.0], None, 0.0, 0.7934506856),
        ([0.5], None, 0.5 - 0.7934506856 / 2, 0.5 + 0.7934506856 / 2),
        ([0.3] * 20, None, 0.3 - 0.3 * 0.161125158, 0.3 + 0.7 * 0.161125158),  # q = z² / (20 + z²)
        ([1.0] * 20, [0, 1] * 10, 1 - 0.6576198, 1.0),  # two clusters: q = z² / (2 + z²)
        ([1.0, 0.0, 1.0, 1.0], [0] * 4, 0.75 - 0.75 * 0.7934506856, 0.75 + 0.25 * 0.7934506856),  # one cluster
        ([2.0] * 20, None, 2 - 2 * 0.161125158, 2.0),  # 0 is what a failed row would count
    ],
)
def test_no_spread_gives_the_bound_of_what_was_never_seen(values, clusters, low, high):
    estimate = accuracy(*values, clusters=clusters)
    assert (estimate.low, estimate.high) == (pytest.approx(low, abs=1e-7), pytest.approx(high, abs=1e-7))
    assert estimate.stderr == pytest.approx((estimate.high - estimate.low) / 2 / 1.959963984540054)


@pytest.mark.parametrize("value", [0.1, 0.7, 1 / 3, 123.456])
@pytest.mark.parametrize("n", [2, 3, 7, 1000])
def test_equal_values_are_not_told_apart_by_rounding(value, n):
    estimate = accuracy(*[value] * n)
    assert estimate.high - estimate.low > 1 / (n + 4)


def test_ratio_is_sum_by_sum():
    metric = ratio("followed", "asked")
    estimate = metric(columns(0, 0, 0, followed=[1.0, 0.0, 2.0], asked=[1.0, 1.0, 3.0]))
    assert estimate.value == pytest.approx(0.6)
    assert estimate.n == 3
    # Residuals 0.4, -0.6, 0.2: 3/2 · 0.56 / 25.
    assert estimate.stderr == pytest.approx(math.sqrt(1.5 * 0.56 / 25))
    assert 0 < estimate.low < 0.2
    assert 0.9 < estimate.high < 1


def test_ratio_by_ones_is_the_mean():
    data = columns(0.2, 0.4, 0.9, 0.55, 0.1, ones=[1.0] * 5)
    by_ratio, by_mean = ratio("accuracy", "ones")(data), mean("accuracy")(data)
    assert by_ratio.stderr == pytest.approx(by_mean.stderr)
    assert by_ratio.low == pytest.approx(by_mean.low)
    assert by_ratio.high == pytest.approx(by_mean.high)


def test_ratio_respects_clusters():
    followed, asked = [1.0, 0.0, 2.0, 1.0], [1.0, 1.0, 3.0, 2.0]
    alone = ratio("followed", "asked")(columns(0, 0, 0, 0, followed=followed, asked=asked))
    doubled = columns(*[0] * 8, clusters=[0, 1, 2, 3] * 2, followed=followed * 2, asked=asked * 2)
    assert ratio("followed", "asked")(doubled).stderr == pytest.approx(alone.stderr)


def test_a_row_with_nothing_in_it_is_no_witness_of_a_ratio():
    few = ratio("followed", "asked")(columns(0, 0, followed=[1.0, 1.0], asked=[1.0, 1.0]))
    padded = ratio("followed", "asked")(
        columns(*[0] * 9, followed=[1.0, 1.0] + [0.0] * 7, asked=[1.0, 1.0] + [0.0] * 7)
    )
    assert (padded.low, padded.stderr) == (few.low, few.stderr)


def test_a_ratio_above_1_is_not_cut():
    estimate = ratio("tokens", "answers")(columns(0, 0, 0, tokens=[10.0, 12.0, 3.0], answers=[1.0, 1.0, 0.0]))
    assert estimate.value == 12.5
    # Residuals -2.5, -0.5 and 3: 3/2 · 15.5 / 2²; t of 2 degrees of freedom.
    assert estimate.stderr == pytest.approx(math.sqrt(1.5 * 15.5) / 2)
    half = 4.302652729749462 * estimate.stderr
    assert (estimate.low, estimate.high) == pytest.approx((12.5 - half, 12.5 + half))
    assert estimate.metric == "tokens/answers"


@pytest.mark.parametrize(
    ("tops", "low", "high"), [([2.0, 2.0], 2 - 2 * 0.6576198, 2.0), ([-1.0, -1.0], -1.0, -1 + 2 * 0.6576198)]
)
def test_rows_of_one_ratio_have_the_bound_of_what_was_never_seen(tops, low, high):
    table = columns(0, 0, a=tops, b=[1.0, 1.0])
    for metric in (ratio("a", "b"), mean_ratio(("a", "b"))):
        found = metric(table)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-7)


def test_a_row_without_a_denominator_still_counts_for_its_numerator():
    table = columns(0, 0, 0, a=[1.0, 1.0, 1.0], b=[2.0, 2.0, 0.0])
    found = ratio("a", "b")(table)
    # Residuals -1/2, -1/2 and 1: 3/2 · 1.5 / 4².
    assert (found.value, found.stderr) == pytest.approx((0.75, math.sqrt(1.5 * 1.5) / 4))
    assert found.high > 1, "a numerator without a denominator is above it"


@pytest.mark.parametrize("metric", [mean("accuracy"), ratio("accuracy", "accuracy")])
def test_there_is_no_mean_of_nothing(metric):
    with pytest.raises(GateError, match=r"^metric accuracy: no rows \(0\); at least one planned sample is needed$"):
        metric(columns())


def test_a_denominator_of_0_is_refused():
    with pytest.raises(GateError, match=r"metric a/b: cannot divide by zero \(b sums to 0\)"):
        ratio("a", "b")(columns(0, 0, a=[1.0, 0.0], b=[0.0, 0.0]))


def test_a_denominator_below_0_is_refused():
    with pytest.raises(ScorerError, match=r"metric a/b: a denominator is below 0 \(-1\)"):
        ratio("a", "b")(columns(0, 0, a=[1.0, 0.0], b=[2.0, -1.0]))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(ScorerError) as caught:
        accuracy(1.0, value)
    told = f"metric accuracy: a value is not finite ({value}); the scorer must give finite numbers"
    assert caught.value.message == told


def test_an_unknown_value_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match=r"value of the scorer: unknown name \('acuracy'\); did you mean accuracy\?"):
        mean("acuracy")(columns(1.0))


def covered(truth, draw, runs, seed):
    """Return the share of seeded runs whose interval holds the truth."""
    source = random.Random(seed)
    estimates = [mean("accuracy")(draw(source)) for _ in range(runs)]
    return sum(estimate.low <= truth <= estimate.high for estimate in estimates) / runs


@pytest.mark.parametrize(("p", "n", "least"), [(0.5, 100, 0.93), (0.95, 20, 0.91), (0.99, 50, 0.9), (0.8, 200, 0.93)])
@pytest.mark.slow
def test_intervals_of_proportions_cover_the_truth(p, n, least):
    assert least <= covered(p, lambda source: columns(*(float(source.random() < p) for _ in range(n))), 1500, 1) <= 0.99


def test_intervals_of_other_means_cover_the_truth():
    share = covered(2 / 3, lambda source: columns(*(source.betavariate(2, 1) for _ in range(15))), 1500, 2)
    assert 0.93 <= share <= 0.97


@pytest.mark.slow
def test_intervals_of_clusters_cover_the_truth_and_naive_ones_do_not():
    def passages(source, clusters):
        # 40 passages with 5 questions each; the passage decides four times out of five.
        values = []
        for _ in range(40):
            easy = float(source.random() < 0.6)
            values += [easy if source.random() < 0.8 else float(source.random() < 0.6) for _ in range(5)]
        return columns(*values, clusters=clusters)

    robust = covered(0.6, lambda source: passages(source, [row // 5 for row in range(200)]), 600, 3)
    naive = covered(0.6, lambda source: passages(source, None), 600, 3)
    assert 0.93 <= robust <= 0.97
    assert naive < 0.85


def test_a_clipped_mean_is_cut_with_its_interval():
    columns = Columns(values={"x": [-3.0, -1.0, 0.5]}, clusters=range(3), samples=range(3))
    assert mean("x")(columns).value < 0
    found = clipped(mean("x"))(columns)
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0 < found.high <= 1


@pytest.mark.parametrize(
    ("ends", "cut"),
    [
        ((-0.5, -0.75, -0.25), (0.0, 0.0, 0.0)),
        ((0.5, 0.25, 0.75), (0.5, 0.25, 0.75)),
        ((1.5, 0.75, 2.0), (1.0, 0.75, 1.0)),
    ],
)
def test_value_and_both_ends_are_cut_to_0_and_1(ends, cut):
    value, low, high = ends
    inner = Estimate(value=value, stderr=0.125, low=low, high=high, n=3, metric="x")
    found = clipped(lambda _: inner)(columns())
    assert (found.value, found.low, found.high) == cut
    assert (found.stderr, found.n, found.metric) == (0.125, 3, "x")


def test_the_mean_of_one_ratio_is_that_ratio():
    table = columns(0, 0, 0, a=[1.0, 0.0, 2.0], b=[1.0, 2.0, 2.0], clusters=[0, 1, 1])
    one, same = mean_ratio(("a", "b"))(table), ratio("a", "b")(table)
    assert (one.value, one.stderr, one.low, one.high, one.n) == pytest.approx(
        (same.value, same.stderr, same.low, same.high, same.n)
    )


def test_ratios_weigh_the_same_and_one_of_nothing_is_left_out():
    table = columns(0, 0, a=[1.0, 1.0], b=[1.0, 1.0], c=[0.0, 3.0], d=[2.0, 4.0], e=[0.0, 0.0])
    found = mean_ratio(("a", "b"), ("c", "d"), ("e", "e"))(table)
    assert found.value == pytest.approx(0.75)
    # Residuals of c/d -1 and 1, of 6, halved: 2/1 · 2 / 12².
    assert found.stderr == pytest.approx(math.sqrt(4) / 12)
    assert 0 < found.low < 0.1
    assert 0.99 < found.high < 1
    assert (found.n, found.metric) == (2, "mean_ratio")
    above = mean_ratio(("a", "b"), ("d", "c"))(table)
    assert (above.value, above.high > 1, above.low < 0) == (1.5, True, True)
    below = mean_ratio(("a", "b"), ("f", "b"))(columns(0, 0, a=[1.0, 1.0], b=[1.0, 1.0], f=[-1.0, 0.0]))
    assert (below.value, below.low < 0) == (0.25, True)
    with pytest.raises(GateError, match=r"mean_ratio: cannot divide by zero \(e sum to 0\)"):
        mean_ratio(("e", "e"))(table)
