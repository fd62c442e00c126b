"""Differences of two measurements of the same samples, sample by sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_evalscope.stats.distributions import t_quantile, t_tail
from pytest_evalscope.stats.intervals import UPPER, Z, unseen
from pytest_evalscope.stats.means import per_cluster

_HALVINGS = 60
"""Steps of the search for an end of an interval, which is exact to a double then."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of the second values minus the mean of the first, with its 95 % interval."""

    value: float
    stderr: float
    low: float
    high: float
    p: float
    """Probability of a difference at least as large, in either direction, if the two do not differ."""
    n: int
    """Pairs."""
    gained: int
    """Pairs whose second value is the higher one."""
    lost: int
    """Pairs whose second value is the lower one."""


def difference(first: Sequence[float], second: Sequence[float], clusters: Sequence[int]) -> Difference:
    """Return the difference of paired values: `first[i]` and `second[i]` are of one sample, in cluster `clusters[i]`.

    - Zeros and ones, no two pairs in one cluster: Tango's score interval and the mid-p of McNemar's test.
    - Any other: Student's interval and test of the mean difference, with the cluster-robust standard error and C - 1
      degrees of freedom for C clusters.
    - Differences that are all equal have no spread: the interval is that of `intervals.unseen` for differences as far
      apart as the values are, and p that of the sign test over the clusters.

    Raises ValueError for no pairs.
    """
    if not first:
        raise ValueError("difference: no pairs (0); at least one sample must be in both")
    changes = [after - before for before, after in zip(first, second, strict=True)]
    gained, lost = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    n, value = len(changes), math.fsum(changes) / len(changes)
    sums = per_cluster([change - value for change in changes], clusters)
    if len(sums) == n and all(item in (0, 1) for item in (*first, *second)):
        low, high = tango(gained, lost, n)
        stderr = math.sqrt(max(gained + lost - (gained - lost) ** 2 / n, 0.0)) / n
        return Difference(value, stderr, low, high, mid_p(gained, lost), n, gained, lost)
    width = max(1.0, max(*first, *second) - min(*first, *second))
    return Difference(*_of_sums(value, sums, n, width), n, gained, lost)


def _of_sums(value: float, sums: Sequence[float], n: int, width: float) -> tuple[float, float, float, float, float]:
    """Return value, standard error, interval and p from the sums of deviations of the clusters."""
    units = len(sums)
    if units > 1:
        stderr = math.sqrt(units / (units - 1) * math.fsum(item * item for item in sums)) / n
        if stderr > 1e-12 * width / units:  # less is rounding
            half = t_quantile(UPPER, units - 1) * stderr
            p = 2 * t_tail(abs(value) / stderr, units - 1)
            return value, stderr, max(value - half, -width), min(value + half, width), p
    stderr, low, high = unseen(value, units, -width, width)
    return value, stderr, low, high, 1.0 if value == 0 else min(1.0, 2.0 ** (1 - units))


def mid_p(gained: int, lost: int) -> float:
    """Return the two-sided mid-p of McNemar's test: of the pairs that changed, how surprising their division is.

    Twice the probability of at most the smaller count among `gained + lost` tosses of a fair coin, half of the count
    itself aside. Closer to its level than the exact test, which is never above it (M. Fagerland et al., BMC Medical
    Research Methodology 13, 2013). 1 where nothing changed.
    """
    return 1.0 if gained == lost else min(1.0, 2 * _tail(min(gained, lost), gained + lost))


def mid_p_lost(gained: int, lost: int) -> float:
    """Return the one-sided mid-p for losses: the probability of this many among those that changed, by chance."""
    return _tail(gained, gained + lost)


def independent(parts: Sequence[Difference], weights: Sequence[float]) -> Difference:
    """Return the weighted mean of differences of other samples each: Σ w·value / Σ w, SE² = Σ w²·SE² / (Σ w)².

    Interval and p are the normal distribution's. One difference alone stays as it is. Raises ValueError for none, and
    for weights that sum to 0.
    """
    weighed = [(weight, part) for weight, part in zip(weights, parts, strict=True) if weight > 0]
    if not weighed:
        raise ValueError(f"difference: nothing to weigh ({len(parts)} differences, none with a weight)")
    if len(weighed) == 1:
        return weighed[0][1]
    total = math.fsum(weight for weight, _ in weighed)
    value = math.fsum(weight * part.value for weight, part in weighed) / total
    # where nothing changed the interval has a width all the same, and the error is that of its half
    errors = (weight * max(part.stderr, (part.high - part.low) / (2 * Z)) for weight, part in weighed)
    stderr = math.hypot(*errors) / total
    n, gained, lost = (sum(numbers) for numbers in zip(*((p.n, p.gained, p.lost) for _, p in weighed), strict=True))
    p = math.erfc(abs(value) / stderr / math.sqrt(2))
    return Difference(value, stderr, value - Z * stderr, value + Z * stderr, p, n, gained, lost)


def _tail(few: int, tosses: int) -> float:
    """Return P(X < few) + P(X = few) / 2 of `tosses` of a fair coin."""
    if tosses == 0:
        return 0.5
    # Factors from the middle of the sum outwards, in logarithms: 2^-1000 alone would be 0.
    scale = math.lgamma(tosses + 1) - tosses * math.log(2)
    parts = [math.exp(scale - math.lgamma(k + 1) - math.lgamma(tosses - k + 1)) for k in range(few + 1)]
    return math.fsum(parts[:-1]) + parts[-1] / 2


def tango(gained: int, lost: int, n: int, z: float = Z) -> tuple[float, float]:
    """Return Tango's score interval of (gained - lost) / n, the difference of two paired proportions.

    Source: T. Tango, Statistics in Medicine 17 (1998). It lies in [-1, 1], and has a width where nothing changed.
    """
    value = (gained - lost) / n

    def score(delta: float) -> float:
        # 2 n q² + B q + C = 0 gives q, the likeliest share of losses where the difference is delta
        b = (2 * n - gained + lost) * delta - gained - lost
        c = -lost * delta * (1 - delta)
        q = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
        variance = n * (2 * q + delta * (1 - delta))
        distance = gained - lost - n * delta
        return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)

    return _root(score, -1.0, value, z), _root(score, value, 1.0, -z)


def _root(score: Callable[[float], float], left: float, right: float, wanted: float) -> float:
    """Return where `score`, which falls, has a value between two places; the outer end where it never does."""
    if wanted > 0 and score(left) <= wanted:
        return left
    if wanted < 0 and score(right) >= wanted:
        return right
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        if score(middle) > wanted:
            left = middle
        else:
            right = middle
    return (left + right) / 2


def holm(probabilities: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted for being looked at together, in their order: none is smaller than it was.

    With all below a level the chance of any false alarm among them is at most that level, however they depend on each
    other (S. Holm, Scandinavian Journal of Statistics 6, 1979).
    """
    adjusted, most = list(probabilities), 0.0
    for rank, index in enumerate(sorted(range(len(adjusted)), key=probabilities.__getitem__)):
        most = adjusted[index] = max(most, min(1.0, (len(adjusted) - rank) * probabilities[index]))
    return tuple(adjusted)
