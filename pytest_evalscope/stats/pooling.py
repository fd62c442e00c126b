"""Weighted means of estimates that were measured apart: a benchmark from its subsets, an index from its leaves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats.intervals import Z, unseen
from pytest_evalscope.types import Estimate


def pool(estimates: Sequence[Estimate]) -> Estimate:
    """Return the micro mean: every row weighs the same. See `weighted`."""
    return weighted(estimates, [estimate.n for estimate in estimates])


def macro(estimates: Sequence[Estimate]) -> Estimate:
    """Return the macro mean: every estimate weighs the same, however many rows are behind it. See `weighted`."""
    return weighted(estimates, [1.0] * len(estimates))


def weighted(estimates: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Return Σ w·value / Σ w of independent estimates: fixed strata, not a sample of strata.

    - SE² = Σ w²·SE² / (Σ w)². A stratum whose rows are all equal brings the SE of `intervals.unseen`, never 0.
    - The interval is the stratified score interval when all strata lie in [0, 1], see `_score_bound`; otherwise the
      ends' distances from their values are added in quadrature. One estimate alone keeps its own interval.
    - `n` is the sum over the estimates that have a weight; `metric` is the first one's.

    Raises GateError for no estimates, and for weights that are negative, not finite, or all 0.
    """
    if not all(0 <= weight < math.inf for weight in weights):
        raise GateError(f"mean of estimates: a weight is not a finite number of at least 0 ({list(weights)})")
    parts = [(weight, _seen(item)) for weight, item in zip(weights, estimates, strict=True) if weight > 0]
    if not parts:
        raise GateError(f"mean of estimates: nothing to weigh ({len(estimates)} estimates, none with a weight)")
    if len(parts) == 1:
        return parts[0][1]
    total = math.fsum(weight for weight, _ in parts)
    shares = [weight / total for weight, _ in parts]
    items = [item for _, item in parts]
    value = math.fsum(share * item.value for share, item in zip(shares, items, strict=True))
    low, high = _interval(value, shares, items)
    return Estimate(
        value=value,
        stderr=math.hypot(*(share * item.stderr for share, item in zip(shares, items, strict=True))),
        low=min(value, low),
        high=max(value, high),
        n=sum(item.n for item in items),
        metric=items[0].metric,
    )


def _seen(estimate: Estimate) -> Estimate:
    """Return the estimate with an error above 0: one that claims none is taken for rows that are all equal."""
    if estimate.stderr > 0:
        return estimate
    value = estimate.value
    spread = unseen(value, max(1, estimate.n), min(0.0, value), max(1.0, value))
    return replace(estimate, **spread._asdict())


def _interval(value: float, shares: Sequence[float], items: Sequence[Estimate]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of `items` with the given shares, which sum to 1."""
    if all(item.low >= 0 and item.high <= 1 for item in items):
        strata = tuple(_Stratum(share, item.value, _rows(item)) for share, item in zip(shares, items, strict=True))
        mirrored = tuple(_Stratum(stratum.share, 1 - stratum.value, stratum.rows) for stratum in strata)
        return _score_bound(value, strata), 1 - _score_bound(1 - value, mirrored)
    below = math.hypot(*(share * (item.value - item.low) for share, item in zip(shares, items, strict=True)))
    above = math.hypot(*(share * (item.high - item.value) for share, item in zip(shares, items, strict=True)))
    return value - below, value + above


class _Stratum(NamedTuple):
    """A proportion with its share of the whole and the number of independent rows that it is worth."""

    share: float
    value: float
    rows: float


def _rows(item: Estimate) -> float:
    """Return how many independent zeros and ones would give the estimate's error (its effective sample size).

    Where the item's own interval is wider than ±1.96 SE (few degrees of freedom), the interval decides.
    """
    if 0 < item.value < 1:
        return item.value * (1 - item.value) / max(item.stderr, (item.high - item.low) / (2 * Z)) ** 2
    return max(1.0, Z / (2 * item.stderr) - Z * Z)  # `unseen` backwards


@lru_cache(maxsize=64)  # each report of a run pools the same subsets
def _score_bound(value: float, strata: tuple[_Stratum, ...]) -> float:
    """Return the least mean m that the strata's values do not refute at 2.5 %.

    m is refuted when (value - m)² > z²·Var, with Var = Σ share²·p·(1 - p) / rows at the strata's likeliest
    proportions p among those whose mean is m (the score test with constrained maximum likelihood, as O. Miettinen and
    M. Nurminen, Statistics in Medicine 4, 1985, do for two proportions). For one stratum it is Wilson's bound.
    """

    def mean_at(pull: float) -> tuple[float, bool]:
        mean = variance = 0.0
        for share, seen, rows in strata:
            # x/p - (rows - x)/(1 - p) = pull·share, the likelihood's slope under Lagrange's multiplier `pull`.
            sum_ = rows + pull * share
            root = math.sqrt(max(0.0, sum_ * sum_ - 4 * pull * share * rows * seen))
            p = min(1.0, 2 * rows * seen / (sum_ + root))
            mean += share * p
            variance += share * share * p * (1 - p) / rows
        return mean, (value - mean) ** 2 > Z * Z * variance + 1e-20  # more than rounding does

    if value <= 1e-10:  # indistinguishable from 0
        return 0.0
    most = 1.0
    while not mean_at(most)[1]:  # pulled hard enough, every p goes to 0, which any value above 0 refutes
        most *= 2
    least = most / 2 if most > 1 else 0.0
    for _ in range(48):
        middle = (least + most) / 2
        if mean_at(middle)[1]:
            most = middle
        else:
            least = middle
    return mean_at(least)[0]
