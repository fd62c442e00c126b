"""Ratings from pairwise battles: the Bradley-Terry model with ties, and its uncertainty over prompts.

Sources: R. A. Bradley and M. E. Terry, Biometrika 39 (1952); ties: R. R. Davidson, "On Extending the Bradley-Terry
Model to Accommodate Ties in Paired Comparison Experiments", JASA 65 (1970); D. B. Rubin, "The Bayesian Bootstrap",
Annals of Statistics 9 (1981).
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import GateError, UsageError
from pytest_evalscope.types import Estimate

ANCHOR = 1000.0
"""The rating of the baseline."""
SCALE = 400.0 / math.log(10)
"""Rating points per unit of log-strength: 400 points are ten to one, as in Elo's scale."""
HALF = 0.5
"""Battles that count as won, and as lost, by either side of a pair before any was fought (Jeffreys' prior), so that a
model that won everything has a finite rating."""
_FAR = 300.0
"""Half a difference of log-strengths that no step of the search exceeds: beyond it numbers overflow."""
_WON = {1.0: 0, 0.5: 1, 0.0: 2}

Pair = tuple[str, str]
Counts = list[list[float]]
"""Per pair: battles that its first model won, ties, battles that its second model won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One prompt's battle between two models."""

    prompt: str
    """The prompt's name: its battles are sampled together."""
    first: str
    second: str
    score: float
    """The first model's: 1 won, 0.5 tied, 0 lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Rating and win rate of one model."""

    rating: Estimate
    """Points on Elo's scale, the baseline's being 1000."""
    win_rate: Estimate | None
    """The mean score against the baseline, a tie counting one half; None without a battle against it."""


def rate(bouts: Iterable[Bout], baseline: str, *, draws: int = 1000, seed: int = 0) -> Mapping[str, Rated]:
    """Return the rating and win rate of every model that battles connect with the baseline.

    Ratings are the maximum of Davidson's likelihood with half a battle won and lost by each side of a pair beforehand.
    Intervals (95 %) are percentiles of a Bayesian bootstrap over *prompts*: in each draw a prompt's battles together
    weigh an exponential variate, and what counts beforehand a gamma variate of its size. For one pair without ties this
    is Jeffreys' interval. `n` is the number of prompts with a battle of the model's, or, of a
    win rate, against the baseline.

    A rating is about battles with a winner: where nearly all end in a tie its interval is wide, and the win rate, which
    counts ties, shows how little separates the models.

    Raises GateError without battles of the baseline, UsageError for a score other than 1, 0.5 and 0.
    """
    bouts = _checked(bouts)
    models = _connected(bouts, baseline)
    if len(models) < 2:
        raise GateError(f"ratings: no battle of {baseline} has a verdict; nothing can be rated against it")
    league = _league([bout for bout in bouts if bout.first in models], models)
    point = league.fit(league.counts([float(count) for count in league.patterns.values()], [HALF] * league.priors))
    generator = random.Random(seed)  # noqa: S311  # must be repeatable
    sampled = [league.draw(generator, point) for _ in range(draws)]
    return {model: _rated(league, model, point, sampled) for model in models}


@dataclass(frozen=True, slots=True)
class _League:
    """Battles in the form that is computed with; the baseline is the first model."""

    models: tuple[str, ...]
    pairs: tuple[Pair, ...]
    patterns: Mapping[tuple[tuple[int, int], ...], int]
    """Results of one prompt's battles, as (pair, won / tied / lost), and the number of prompts that share them."""

    @property
    def priors(self) -> int:
        return 2 * len(self.pairs)

    @property
    def tied(self) -> bool:
        return any(result == 1 for pattern in self.patterns for _, result in pattern)

    def counts(self, weights: Sequence[float], priors: Sequence[float]) -> Counts:
        made = [[priors[2 * at], 0.0, priors[2 * at + 1]] for at in range(len(self.pairs))]
        for pattern, weight in zip(self.patterns, weights, strict=True):
            for pair, result in pattern:
                made[pair][result] += weight
        return made

    def draw(self, generator: random.Random, start: Sequence[float]) -> tuple[list[float], Mapping[str, float]]:
        """Return the strengths and win rates of one draw."""
        weights = [generator.gammavariate(count, 1.0) for count in self.patterns.values()]
        counts = self.counts(weights, [generator.gammavariate(HALF, 1.0) for _ in range(self.priors)])
        shares = {model: self.share(model, counts) for model in self.models}
        return self.fit(counts, start), {model: share for model, share in shares.items() if share is not None}

    def share(self, model: str, counts: Counts) -> float | None:
        """Return a model's mean score against the baseline; None where the two never met."""
        for (first, second), (won, tied, lost) in zip(self.pairs, counts, strict=True):
            if {first, second} == {self.models[0], model}:
                return ((won if first == model else lost) + tied / 2) / (won + tied + lost)
        return None

    def fit(self, counts: Counts, start: Sequence[float] = ()) -> list[float]:
        """Return the log-strengths with the most likelihood, the baseline's being 0, and at the end the tie parameter.

        Newton's method on a concave function, with halved steps where a whole one goes too far.
        """
        place = {model: at for at, model in enumerate(self.models)}
        rows = [
            (place[first], place[second], won, tied, lost)
            for (first, second), (won, tied, lost) in zip(self.pairs, counts, strict=True)
        ]
        free = len(self.models) - 1 + self.tied
        at = list(start) or [0.0] * (len(self.models) + 1)
        best = _likelihood(rows, at, self.tied)
        for _ in range(50):
            slope, curve = _derivatives(rows, at, self.tied, free)
            step = _solved(curve, slope)
            size = 1.0
            while True:
                tried = [0.0, *(value + size * move for value, move in zip(at[1:], step, strict=False))]
                tried += at[len(tried) :]
                reached = _likelihood(rows, tried, self.tied)
                if reached >= best - 1e-12 * abs(best) or size < 1e-6:
                    break
                size /= 2
            at, best = tried, max(best, reached)
            if max(map(abs, step)) * size < 1e-9:
                break
        return at


def _checked(bouts: Iterable[Bout]) -> list[Bout]:
    made = list(bouts)
    for bout in made:
        if bout.score not in _WON:
            raise UsageError(f"ratings: not a score of a battle ({bout.score!r}); accepted: 1, 0.5 and 0")
        if bout.first == bout.second:
            raise UsageError(f"ratings: a battle of a model with itself ({bout.first})")
    return made


def _connected(bouts: Sequence[Bout], baseline: str) -> tuple[str, ...]:
    """Return the baseline and every model that a chain of battles leads to, in the order of their names."""
    meets: dict[str, set[str]] = {baseline: set()}
    for bout in bouts:
        meets.setdefault(bout.first, set()).add(bout.second)
        meets.setdefault(bout.second, set()).add(bout.first)
    found, ahead = {baseline}, [baseline]
    while ahead:
        fresh = meets[ahead.pop()] - found
        found |= fresh
        ahead += fresh
    return (baseline, *sorted(found - {baseline}))


def _league(bouts: Sequence[Bout], models: tuple[str, ...]) -> _League:
    pairs: dict[Pair, int] = {}
    prompts: dict[str, list[tuple[int, int]]] = {}
    for bout in bouts:
        first, second = sorted((bout.first, bout.second))
        score = bout.score if first == bout.first else 1 - bout.score
        pair = pairs.setdefault((first, second), len(pairs))
        prompts.setdefault(bout.prompt, []).append((pair, _WON[score]))
    return _League(models, tuple(pairs), Counter(tuple(sorted(battles)) for battles in prompts.values()))


def _rated(
    league: _League, model: str, point: Sequence[float], sampled: Sequence[tuple[list[float], Mapping[str, float]]]
) -> Rated:
    at = league.models.index(model)
    played = {pair for pair, names in enumerate(league.pairs) if model in names}
    direct = {pair for pair in played if league.models[0] in league.pairs[pair]}
    rating = _estimate(
        "rating", ANCHOR + SCALE * point[at], [ANCHOR + SCALE * draw[at] for draw, _ in sampled], league, played
    )
    share = league.share(model, league.counts([float(n) for n in league.patterns.values()], [0.0] * league.priors))
    if share is None or at == 0:
        return Rated(rating=rating, win_rate=None)
    return Rated(
        rating=rating,
        win_rate=_estimate("win_rate", share, [shares[model] for _, shares in sampled], league, direct),
    )


def _estimate(metric: str, value: float, sampled: Sequence[float], league: _League, pairs: set[int]) -> Estimate:
    ordered = sorted(sampled)
    mean = math.fsum(sampled) / len(sampled)
    return Estimate(
        value=value,
        stderr=math.sqrt(math.fsum((item - mean) ** 2 for item in sampled) / (len(sampled) - 1)),
        # What was measured lies in its own interval, also where every battle was won.
        low=min(value, _quantile(ordered, 0.025)),
        high=max(value, _quantile(ordered, 0.975)),
        n=sum(count for pattern, count in league.patterns.items() if any(pair in pairs for pair, _ in pattern)),
        metric=metric,
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


Row = tuple[int, int, float, float, float]
"""Numbers of two models; battles won by the first, tied, won by the second."""


def _terms(at: Sequence[float], first: int, second: int, tied: bool) -> tuple[float, float, float]:
    """Return what the three results of a battle are proportional to: won, tied, lost."""
    half = max(-_FAR, min(_FAR, (at[first] - at[second]) / 2))
    return math.exp(half), math.exp(max(-_FAR, min(_FAR, at[-1]))) if tied else 0.0, math.exp(-half)


def _likelihood(rows: Sequence[Row], at: Sequence[float], tied: bool) -> float:
    total = 0.0
    for first, second, won, ties, lost in rows:
        up, even, down = _terms(at, first, second, tied)
        total += (won - lost) * (at[first] - at[second]) / 2 + (ties * at[-1] if tied else 0.0)
        total -= (won + ties + lost) * math.log(up + even + down)
    return total


def _derivatives(rows: Sequence[Row], at: Sequence[float], tied: bool, free: int) -> tuple[list[float], Counts]:
    """Return the slope of the likelihood, and the negative of its second derivatives, in the free parameters."""
    slope = [0.0] * free
    curve = [[0.0] * free for _ in range(free)]
    for first, second, won, ties, lost in rows:
        up, even, down = _terms(at, first, second, tied)
        whole, count = up + even + down, won + ties + lost
        lead = (up - down) / whole
        parts = [(first - 1, 0.5), (second - 1, -0.5)]
        bend = count * ((up + down) / whole - lead * lead)
        for place, sign in parts:
            if place < 0:
                continue
            slope[place] += sign * (won - lost - count * lead)
            for other, turned in parts:
                if other >= 0:
                    curve[place][other] += sign * turned * bend
            if tied:
                cross = -sign * count * lead * even / whole
                curve[place][-1] += cross
                curve[-1][place] += cross
        if tied:
            slope[-1] += ties - count * even / whole
            curve[-1][-1] += count * even * (up + down) / whole**2
    return slope, curve


def _solved(matrix: Counts, vector: Sequence[float]) -> list[float]:
    """Return x of matrix · x = vector, for a symmetric positive definite matrix: Gauss without a search for pivots."""
    size = len(vector)
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for at in range(size):
        pivot = rows[at][at] or 1e-300
        for below in range(at + 1, size):
            factor = rows[below][at] / pivot
            if factor:
                for column in range(at, size + 1):
                    rows[below][column] -= factor * rows[at][column]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * solution[column] for column in range(at + 1, size))
        solution[at] = (rows[at][size] - known) / (rows[at][at] or 1e-300)
    return solution
