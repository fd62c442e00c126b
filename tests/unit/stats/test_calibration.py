"""Judges against people: published values, values worked by hand, and intervals that cover what they should."""

import random

import pytest

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats.calibration import kappa, prediction_powered, proportion, rogan_gladen


def pairs(table):
    """Two raters from a square of counts."""
    both = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [one for one, _ in both], [other for _, other in both]


def test_the_interval_of_kappa_of_fleiss_cohen_and_everitt():
    # Their example (table 1): kappa .429 with the standard error .0538 of formula 13, n = 200.
    found = kappa(*pairs([[106, 10, 4], [22, 28, 10], [2, 12, 6]]))
    assert found.value == pytest.approx(0.429, abs=5e-4)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.0538, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "value", "low", "high"),
    [
        ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], 3 / 7, 0.3232997934544051, 0.5338430636884521),
        ([[1, 9], [8, 2]], -0.7, -1.0, -0.3885876882195829),
        ([[9, 1], [0, 10]], 0.9, 0.7099239094240721, 1.0),
    ],
)
def test_the_interval_of_kappa_is_formula_13_cut_to_what_kappa_can_be(table, value, low, high):
    """Golden values: the formula with its sums over the cells of the table, as it is printed."""
    found = kappa(*pairs(table))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=1e-12)


def test_full_agreement_has_an_interval_too():
    found = kappa("aabb" * 5, "aabb" * 5)
    assert found.value == found.high == 1
    # Wilson's bound of 20 of 20 is 0.83887; chance alone gives 0.5.
    assert found.low == pytest.approx((0.8388748419471808 - 0.5) / 0.5)


def test_a_proportion_of_nothing_is_none():
    assert proportion(0, 0) is None
    found = proportion(1, 2)
    assert found is not None
    # Wilson's interval of 1 of 2.
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.0945312057342307, 0.9054687942657693))


def test_a_share_seen_by_a_judge_of_known_errors_worked_by_hand():
    # Se 0.8, Sp 0.9: of 0.3 seen, (0.3 + 0.9 - 1) / 0.7 is right.
    yes, no = [True] * 80 + [False] * 20, [True] * 10 + [False] * 90
    found = rogan_gladen([True] * 300 + [False] * 700, yes, no)
    assert found.value == pytest.approx(0.2 / 0.7)
    # The interval worked apart, with (k + z²/2) / (n + z²) for the share and (k + 1) / (n + 2) for the errors.
    assert (found.low, found.high) == pytest.approx((0.19740388668762288, 0.36133081269955414), abs=1e-12)
    few = rogan_gladen([True] * 30 + [False] * 10, [True] * 9, [True] + [False] * 8)
    assert (few.value, few.low, few.high) == pytest.approx((0.71875, 0.5046874303446298, 1.0), abs=1e-12)


def test_a_correction_stays_between_0_and_1():
    found = rogan_gladen([False] * 100, [True] * 9 + [False], [True] * 5 + [False] * 5)
    assert (found.value, found.low) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (([], [True], [False]), "needs an item of each class"),
        (([True], [], [False]), "needs an item of each class"),
        (([True], [True, False], [True, False]), "no better than chance"),
        (([True], [False], [True]), "no better than chance"),
    ],
)
def test_what_cannot_be_corrected_is_told(parts, said):
    with pytest.raises(GateError, match=said):
        rogan_gladen(*parts)


def test_prediction_powered_values_worked_by_hand():
    # A judge that people contradict nowhere and one that says nothing of them: all of it counts, then nothing of it.
    right = prediction_powered([True, False] * 10, [True, False] * 10, [True] * 60 + [False] * 40)
    power = (5 / 19) / ((1 + 20 / 100) * (70 * 50 / 120 / 119))
    assert right.value == pytest.approx(power * 0.6 + (1 - power) * 0.5)
    constant = prediction_powered([True, False] * 10, [True] * 20, [True] * 100)
    assert constant.value == 0.5


def test_the_prediction_powered_interval_worked_apart():
    people, judged = ([mark == "1" for mark in marks] for marks in ("11010010", "11000110"))
    found = prediction_powered(people, judged, [mark == "1" for mark in "11111100000000011111"])
    # The power is 36/91; t of 7 degrees of freedom is 2.36462.
    assert found.value == pytest.approx(0.5197802197802198, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((0.11180112041614415, 0.9277593191442954), abs=1e-9)


@pytest.mark.parametrize(("marked", "more"), [(1, 2), (2, 1)])
def test_two_items_of_each_kind_are_the_least(marked, more):
    with pytest.raises(GateError) as caught:
        prediction_powered([True] * marked, [True] * marked, [False] * more)
    told = f"correction: too few items ({marked} labelled by people, {more} more); at least 2 of each are needed"
    assert caught.value.message == told
    assert prediction_powered([True, False], [True, False], [True, False]).value == 0.5


def test_a_judge_that_says_the_opposite_has_no_power():
    found = prediction_powered([True, False] * 10, [False, True] * 10, [True] * 100)
    assert found.value == 0.5


def covered(draw, share, times=300):
    """How often the interval of `draw(random)` holds the share."""
    rng = random.Random(7)
    found = [draw(rng) for _ in range(times)]
    return sum(each.low <= share <= each.high for each in found) / times


@pytest.mark.parametrize(("share", "hit", "clear"), [(0.5, 0.9, 0.8), (0.2, 0.8, 0.9), (0.8, 0.85, 0.75)])
def test_corrected_shares_of_two_classes_cover_the_true_one(share, hit, clear):
    def draw(rng):
        def said(truth):
            return rng.random() < (hit if truth else 1 - clear)

        truths = [rng.random() < share for _ in range(80)]
        judged = [said(truth) for truth in truths]
        seen = [said(rng.random() < share) for _ in range(300)]
        yes, no = ([one for one, truth in zip(judged, truths, strict=True) if truth == each] for each in (True, False))
        return rogan_gladen(seen, yes, no)

    assert covered(draw, share) >= 0.92


@pytest.mark.parametrize(("place", "share"), [(0, 0.6), (1, 0.35), (2, 0.05)])
@pytest.mark.slow
def test_corrected_shares_of_three_classes_cover_the_true_one(place, share):
    errors = [[0.9, 0.05, 0.05], [0.1, 0.85, 0.05], [0.1, 0.2, 0.7]]

    def draw(rng):
        truths = rng.choices(range(3), [0.6, 0.35, 0.05], k=400)
        judged = [rng.choices(range(3), errors[truth])[0] for truth in truths]
        people = [truth == place for truth in truths[:80]]
        return prediction_powered(people, [one == place for one in judged[:80]], [one == place for one in judged[80:]])

    assert covered(draw, share) >= 0.92


def test_the_uncorrected_share_of_a_biased_judge_covers_nothing():
    def draw(rng):
        seen = sum(rng.random() < (0.8 if rng.random() < 0.2 else 0.3) for _ in range(300))
        found = proportion(seen, 300)
        assert found is not None
        return found

    assert covered(draw, 0.2) < 0.05
