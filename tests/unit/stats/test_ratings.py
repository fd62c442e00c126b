"""Ratings from battles: Davidson's model, and intervals over prompts."""

import math
import random

import pytest

from pytest_evalscope.errors import GateError, UsageError
from pytest_evalscope.stats.ratings import SCALE, Bout, rate

pytestmark = pytest.mark.slow  # each rating draws a thousand times


def bouts(*scores, first="new", second="base"):
    return [Bout(prompt=str(at), first=first, second=second, score=score) for at, score in enumerate(scores)]


def win_rate(rated):
    """A model's win rate, which it has."""
    assert rated.win_rate is not None
    return rated.win_rate


def fought(strengths, ties, prompts, generator):
    """Battles of all pairs from known log-strengths, as Davidson's model says."""
    names = list(strengths)
    made = []
    for prompt in range(prompts):
        for at, first in enumerate(names):
            for second in names[at + 1 :]:
                half = (strengths[first] - strengths[second]) / 2
                won, lost = math.exp(half), math.exp(-half)
                drawn = generator.random() * (won + lost + ties)
                score = 1.0 if drawn < won else 0.5 if drawn < won + ties else 0.0
                made.append(Bout(prompt=str(prompt), first=first, second=second, score=score))
    return made


def test_one_pair_without_ties_is_the_odds_with_half_a_battle_more():
    found = rate(bouts(*[1.0] * 30, *[0.0] * 10), "base")
    assert found["new"].rating.value == pytest.approx(1000 + SCALE * math.log(30.5 / 10.5))
    assert win_rate(found["new"]).value == 0.75
    assert (found["base"].rating.value, found["base"].rating.stderr, found["base"].win_rate) == (1000, 0, None)


def test_one_pair_without_ties_has_the_interval_of_jeffreys():
    """Golden values from scipy 1.17.1: beta.ppf((0.025, 0.975), 30.5, 10.5)."""
    rated = rate(bouts(*[1.0] * 30, *[0.0] * 10), "base", draws=20_000)["new"]
    assert win_rate(rated).low == pytest.approx(0.60075, abs=0.01)
    assert win_rate(rated).high == pytest.approx(0.86320, abs=0.01)
    shares = [1 / (1 + math.exp(-(bound - 1000) / SCALE)) for bound in (rated.rating.low, rated.rating.high)]
    assert shares == pytest.approx([win_rate(rated).low, win_rate(rated).high], abs=1e-6)


def test_ties_are_davidsons():
    """One pair: the strength is the odds of the battles with a winner, and ties do not move it."""
    with_ties = rate(bouts(*[1.0] * 30, *[0.0] * 10, *[0.5] * 20), "base")["new"]
    assert with_ties.rating.value == pytest.approx(1000 + SCALE * math.log(30.5 / 10.5), abs=1e-6)
    assert win_rate(with_ties).value == pytest.approx(40 / 60)


def chances(rated, pair, tie):
    """What Davidson's model gives the three results of a battle, from two ratings and its tie parameter."""
    first, second = (rated[model].rating.value for model in pair)
    half = (first - second) / SCALE / 2
    parts = (math.exp(half), tie, math.exp(-half))
    return [part / sum(parts) for part in parts]


def prior_and_fought(made):
    """Per pair its battles won, tied and lost, with half a battle won and lost beforehand."""
    counts: dict[tuple[str, str], list[float]] = {}
    for bout in made:
        pair = counts.setdefault((bout.first, bout.second), [0.5, 0.0, 0.5])
        pair[{1.0: 0, 0.5: 1, 0.0: 2}[bout.score]] += 1
    return counts


def test_ratings_give_every_model_the_score_and_all_the_ties_that_were_seen():
    """The conditions of the likelihood's maximum: what is expected of each model is what it has."""
    made = fought({"base": 0.0, "a": 1.0, "b": -0.6, "c": 2.0}, 0.7, 50, random.Random(11))
    rated, counts = rate(made, "base", draws=2), prior_and_fought(made)

    def expected_ties(tie):
        return sum(sum(seen) * chances(rated, pair, tie)[1] for pair, seen in counts.items())

    ties, (low, high) = sum(seen[1] for seen in counts.values()), (0.0, 100.0)
    for _ in range(100):
        low, high = ((low + high) / 2, high) if expected_ties((low + high) / 2) < ties else (low, (low + high) / 2)
    assert low == pytest.approx(0.7, abs=0.2)
    for model in rated:
        seen = expected = 0.0
        for pair, (won, tied, lost) in counts.items():
            if model in pair:
                chance = chances(rated, pair, low)
                place = 0 if model == pair[0] else 2
                seen += (won, tied, lost)[place] + tied / 2
                expected += (won + tied + lost) * (chance[place] + chance[1] / 2)
        assert expected == pytest.approx(seen, abs=1e-5)
    assert [rated[model].rating.metric for model in rated] == ["rating"] * 4


def test_errors_of_one_pair_are_those_of_the_beta_distribution():
    """Of a share with Jeffreys' prior: a = 30.5, b = 10.5; of its log-odds the two trigamma functions, summed."""
    rated, a, b = rate(bouts(*[1.0] * 30, *[0.0] * 10), "base", draws=4000)["new"], 30.5, 10.5
    trigammas = sum(1 / x + 1 / (2 * x * x) + 1 / (6 * x**3) for x in (a, b))
    assert rated.rating.stderr == pytest.approx(SCALE * math.sqrt(trigammas), rel=0.05)
    assert win_rate(rated).stderr == pytest.approx(math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))), rel=0.05)
    assert (win_rate(rated).metric, win_rate(rated).n) == ("win_rate", 40)


def test_two_draws_have_percentiles_between_them_and_the_error_of_two_values():
    made = bouts(*[1.0] * 6, *[0.0] * 4)
    found = (rate(made, "base", draws=2, seed=seed)["new"].rating for seed in range(20))
    between = [rating for rating in found if rating.low < rating.value < rating.high]
    assert len(between) > 3
    for rating in between:
        # Values x and y: their error is |x - y| / √2, the percentiles 2.5 % of the way in from either end.
        assert rating.high - rating.low == pytest.approx(0.95 * math.sqrt(2) * rating.stderr)


def test_a_seed_repeats_the_draws_and_another_does_not():
    made = bouts(*[1.0] * 6, *[0.0] * 4)
    first, again, other = (rate(made, "base", draws=20, seed=seed)["new"].rating for seed in (0, 0, 1))
    assert (first.low, first.high) == (again.low, again.high)
    assert first.low != other.low
    assert rate(made, "base", draws=1000)["new"].rating.low == rate(made, "base", seed=0)["new"].rating.low


def test_a_rating_counts_the_prompts_of_its_model_and_a_win_rate_those_against_the_baseline():
    def bout(prompt, first, second):
        return Bout(prompt=prompt, first=first, second=second, score=1.0)

    made = [bout("p", "new", "base"), bout("p", "far", "new"), bout("q", "far", "new"), bout("r", "far", "base")]
    found = rate([*made, bout("s", "base", "new"), bout("t", "base", "new")], "base", draws=2)
    assert {model: rated.rating.n for model, rated in found.items()} == {"base": 4, "new": 4, "far": 3}
    assert (win_rate(found["new"]).n, win_rate(found["far"]).n) == (3, 1)
    assert win_rate(found["new"]).value == pytest.approx(1 / 3)
    assert list(found) == ["base", "far", "new"]


def test_known_strengths_come_back():
    strengths = {"base": 0.0, "a": 1.0, "b": -0.6, "c": 2.0}
    found = rate(fought(strengths, 0.7, 4000, random.Random(3)), "base", draws=100)
    for name, strength in strengths.items():
        assert found[name].rating.value == pytest.approx(1000 + SCALE * strength, abs=20)


@pytest.mark.nightly
def test_intervals_cover():
    """120 tournaments of 100 prompts: the intervals of three ratings hold the truth in about 95 of 100 cases."""
    strengths = {"base": 0.0, "a": 0.8, "b": -0.5, "c": 1.5}
    held = 0
    for seed in range(120):
        found = rate(fought(strengths, 0.7, 100, random.Random(seed)), "base", draws=200, seed=seed)
        truth = {name: 1000 + SCALE * strength for name, strength in strengths.items()}
        held += sum(found[name].rating.low <= truth[name] <= found[name].rating.high for name in "abc")
    assert 0.91 <= held / 360 <= 0.99


def test_battles_of_one_prompt_are_one_draw():
    """The same battle told four times over is no more evidence, if it is one prompt's."""
    once = rate(bouts(*[1.0] * 6, *[0.0] * 4), "base")["new"]
    others = [f"other {number}" for number in range(3)]
    more = [bout for name in others for bout in bouts(*[1.0] * 6, *[0.0] * 4, first=name)]
    again = rate([*bouts(*[1.0] * 6, *[0.0] * 4), *more], "base")["new"]
    assert again.rating.n == 10
    widths = [win_rate(rated).high - win_rate(rated).low for rated in (again, once)]
    assert widths[0] == pytest.approx(widths[1], rel=0.1)


def test_who_won_everything_has_a_finite_rating_and_a_wide_interval():
    rated = rate(bouts(*[1.0] * 20), "base")["new"]
    assert 1300 < rated.rating.low < rated.rating.value < rated.rating.high < 10_000
    assert win_rate(rated).value == win_rate(rated).high == 1
    assert win_rate(rated).low < 0.95


def test_who_lost_everything_has_its_value_as_the_lower_bound():
    rated = rate(bouts(*[0.0] * 20), "base")["new"]
    assert -8000 < rated.rating.low < rated.rating.value < rated.rating.high < 700
    assert win_rate(rated).value == win_rate(rated).low == 0
    assert 0.05 < win_rate(rated).high < 0.3


def test_a_clear_winner_is_told_from_chance_by_the_lower_bound():
    assert win_rate(rate(bouts(*[1.0] * 14, *[0.0] * 6), "base")["new"]).low < 0.5
    assert win_rate(rate(bouts(*[1.0] * 28, *[0.0] * 12), "base")["new"]).low > 0.5


def test_sides_and_order_do_not_matter():
    generator = random.Random(5)
    made = fought({"base": 0, "a": 0.5, "b": 1}, 0.3, 40, generator)
    turned = [Bout(prompt=b.prompt, first=b.second, second=b.first, score=1 - b.score) for b in made]
    assert rate(made, "base", draws=50)["a"].rating == rate(turned, "base", draws=50)["a"].rating


def test_a_model_that_no_battle_connects_with_the_baseline_is_not_rated():
    found = rate([*bouts(1.0, 0.0), Bout(prompt="x", first="far", second="away", score=1.0)], "base", draws=10)
    assert set(found) == {"base", "new"}


def test_a_model_rated_through_another_has_no_win_rate():
    found = rate([*bouts(1.0, 0.0), *bouts(1.0, 1.0, first="far", second="new")], "base", draws=10)
    assert found["far"].win_rate is None
    assert found["far"].rating.value > found["new"].rating.value


def test_mistakes_are_told():
    with pytest.raises(GateError, match=r"^ratings: no battle of base has a verdict; nothing can be rated against it$"):
        rate([], "base")
    with pytest.raises(GateError, match="no battle of base has a verdict"):
        rate(bouts(1.0, second="other"), "base")
    with pytest.raises(UsageError, match=r"^ratings: not a score of a battle \(0\.7\); accepted: 1, 0\.5 and 0$"):
        rate(bouts(0.7), "base")
    with pytest.raises(UsageError, match=r"^ratings: a battle of a model with itself \(new\)$"):
        rate(bouts(1.0, second="new"), "base")
