"""F1 over all rows, and the harmonic mean of two shares."""

import math
import random

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


def test_f1_takes_names_of_its_own_and_knows_wrong_ones():
    counts = columns(tp=[1.0, 1], said=[1.0, 1], there=[1.0, 1])
    assert f1("tp", "said", "there")(counts).value == 1.0
    with pytest.raises(UnknownName, match=r"value of the scorer: unknown name \('saidd'\); did you mean said"):
        f1("tp", "saidd", "there")(counts)


def test_where_nothing_is_predicted_or_expected_a_share_is_0_and_nothing_is_known():
    nothing = columns(correct=[0.0, 0], predicted=[0.0, 0], expected=[0.0, 0])
    for metric in (f1(), ratio("correct", "predicted", empty=0.0)):
        estimate = metric(nothing)
        assert (estimate.value, estimate.low, estimate.high) == (0.0, 0.0, 1.0)
    with pytest.raises(GateError, match="no ratio of nothing"):
        ratio("correct", "predicted")(nothing)


def test_the_harmonic_mean_of_two_shares_and_its_error():
    wrong, right = [1.0] * 30 + [0.0] * 10, [1.0] * 30 + [0.0] * 30
    estimate = MEAN(kinds(wrong, right))
    a, b = 0.75, 0.5
    assert estimate.value == pytest.approx(2 * a * b / (a + b))
    slope_a, slope_b = 2 * (b / (a + b)) ** 2, 2 * (a / (a + b)) ** 2
    stderr = math.hypot(slope_a * math.sqrt(a * (1 - a) / 40), slope_b * math.sqrt(b * (1 - b) / 60))
    assert estimate.stderr == pytest.approx(stderr, rel=0.01)


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
    assert estimate.value == estimate.low == 0.0
    assert 0 < estimate.high <= 1
    assert estimate.stderr > 0


def test_two_shares_of_1_make_1_with_an_interval_of_a_width():
    estimate = MEAN(kinds([1.0] * 5, [1.0] * 5))
    assert (estimate.value, estimate.high) == (1.0, 1.0)
    assert estimate.low < 1
