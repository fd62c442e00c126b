"""F1 over all rows, and the harmonic mean of two shares."""

import math
import random
from dataclasses import replace

import pytest

from pytest_evalscope.errors import GateError, UnknownName
from pytest_evalscope.stats import f1, harmonic, ratio
from pytest_evalscope.types import Columns


def columns(clusters=None, **values):
    n = len(next(iter(values.values())))
    return Columns(values=values, clusters=clusters or range(n), samples=range(n))


def kinds(wrong, right):
    """Columns of the rows of two kinds, from the marks of each."""
    return columns(
        a=[*wrong, *[0.0] * len(right)],
        of_a=[1.0] * len(wrong) + [0.0] * len(right),
        b=[*[0.0] * len(wrong), *right],
        of_b=[0.0] * len(wrong) + [1.0] * len(right),
    )


MEAN = harmonic(("a", "of_a"), ("b", "of_b"))


def test_f1_is_that_of_the_sums():
    counts = columns(correct=[1.0, 0, 2], predicted=[2.0, 1, 2], expected=[1.0, 2, 3])
    estimate, precision, recall = f1()(counts), 3 / 5, 3 / 6
    assert estimate.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert estimate.n == 3
    assert estimate.low < estimate.value < estimate.high <= 1
    # 2 · correct - F1 · (predicted + expected) is 4/11, -18/11 and 14/11; 3/2 · their squares / 11².
    assert estimate.stderr == pytest.approx(math.sqrt(1.5 * (16 + 324 + 196) / 121) / 11)
    # The first and the last row are of one text: 18/11 and -18/11; 2/1 · their squares / 11².
    counts = columns(correct=[1.0, 0, 2], predicted=[2.0, 1, 2], expected=[1.0, 2, 3], clusters=[4, 5, 4])
    assert f1()(counts).stderr == pytest.approx(math.sqrt(2 * (324 + 324) / 121) / 11)


def test_f1_takes_names_of_its_own_and_knows_wrong_ones():
    counts = columns(tp=[1.0, 1], said=[1.0, 1], there=[1.0, 1])
    assert f1("tp", "said", "there")(counts).value == 1.0
    with pytest.raises(UnknownName, match=r"value of the scorer: unknown name \('saidd'\); did you mean said"):
        f1("tp", "saidd", "there")(counts)


def test_where_nothing_is_predicted_or_expected_a_share_is_0_and_nothing_is_known():
    nothing = columns(correct=[0.0, 0], predicted=[0.0, 0], expected=[0.0, 0])
    for metric in (f1(), ratio("correct", "predicted", empty=0.0)):
        estimate = metric(nothing)
        assert (estimate.value, estimate.low, estimate.high, estimate.n) == (0.0, 0.0, 1.0, 2)
        assert estimate.stderr == pytest.approx(1 / (2 * 1.959963984540054))
    half = ratio("correct", "predicted", empty=0.5)(nothing)
    assert (half.value, half.low, half.high, half.metric) == (0.5, 0.0, 1.0, "correct/predicted")
    beyond = ratio("correct", "predicted", empty=2.0)(nothing)
    assert (beyond.value, beyond.low, beyond.high) == (2.0, 0.0, 2.0)
    with pytest.raises(GateError, match="cannot divide by zero"):
        ratio("correct", "predicted")(nothing)


def test_the_harmonic_mean_of_two_shares_and_its_error():
    wrong, right = [1.0] * 30 + [0.0] * 10, [1.0] * 30 + [0.0] * 30
    estimate = MEAN(kinds(wrong, right))
    a, b = 0.75, 0.5
    assert estimate.value == pytest.approx(2 * a * b / (a + b))
    slope_a, slope_b = 2 * (b / (a + b)) ** 2, 2 * (a / (a + b)) ** 2
    stderr = math.hypot(slope_a * math.sqrt(a * (1 - a) / 40), slope_b * math.sqrt(b * (1 - b) / 60))
    # 100 rows in place of 40 and 60, and n - 1 of them below the squares.
    assert estimate.stderr == pytest.approx(stderr * math.sqrt(100 / 99))
    assert (estimate.high - estimate.low) / 2 == pytest.approx(1.9842169515864174 * estimate.stderr, rel=0.03)
    assert estimate.n == 100


def test_rows_of_one_cluster_count_together_in_the_harmonic_mean():
    found = kinds([1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0])
    # a = 3/4, b = 1/2, slopes 0.32 and 0.72; residuals of a: 0.02 · (1, 1, -3, 1); of b: 0.09 · (1, -1, 1, -1).
    pairs = (0.11, -0.07, 0.03, -0.07)
    clustered = MEAN(replace(found, clusters=[0, 1, 2, 3, 0, 1, 2, 3]))
    assert clustered.stderr == pytest.approx(math.sqrt(4 / 3 * sum(pair**2 for pair in pairs)))


def test_the_harmonic_mean_is_covered_by_its_interval():
    chance, hits, truth = random.Random(3), 0, 2 * 0.7 * 0.4 / 1.1
    for _ in range(400):
        wrong = [float(chance.random() < 0.7) for _ in range(60)]
        right = [float(chance.random() < 0.4) for _ in range(50)]
        estimate = MEAN(kinds(wrong, right))
        hits += estimate.low <= truth <= estimate.high
    assert 0.92 <= hits / 400 <= 0.98


@pytest.mark.parametrize(("wrong", "right"), [([0.0, 0], [1.0, 1]), ([], [1.0]), ([0.0], [0.0])])
def test_a_share_that_is_0_makes_the_harmonic_mean_0(wrong, right):
    estimate = MEAN(kinds(wrong, right))
    first, second = (
        ratio("a", "of_a", empty=0.0)(kinds(wrong, right)),
        ratio("b", "of_b", empty=0.0)(kinds(wrong, right)),
    )
    high = 2 * first.high * second.high / (first.high + second.high)
    assert estimate.value == estimate.low == 0.0
    assert 0 < estimate.high <= 1
    assert estimate.high == pytest.approx(high)
    assert estimate.n == len(wrong) + len(right)
    assert estimate.stderr == pytest.approx(high / (2 * 1.959963984540054))


def test_two_shares_of_1_make_1_with_an_interval_of_a_width():
    estimate = MEAN(kinds([1.0] * 5, [1.0] * 5))
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert estimate.low < 1
