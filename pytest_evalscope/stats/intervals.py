"""95 % intervals of one mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from pytest_evalscope.stats.distributions import normal_quantile, t_quantile

UPPER = 0.975
"""Two-sided 95 %: 2.5 % lie above the upper end."""
Z = normal_quantile(UPPER)


class Spread(NamedTuple):
    """Standard error and 95 % interval of a value."""

    stderr: float
    low: float
    high: float


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion seen as `share` among n > 0; `n` need not be whole.

    Source: E. B. Wilson, JASA 22 (1927). It lies in [0, 1] and has a width even where the share is 0 or 1.
    """
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and 1 one end is exactly the share; rounding must not move it.
    return (0.0 if share == 0 else max(0.0, middle - half)), (1.0 if share == 1 else min(1.0, middle + half))


def unseen(value: float, units: int, floor: float, ceiling: float) -> Spread:
    """Return the spread of a mean whose `units` independent observations show none, in values of [floor, ceiling].

    A value that was never seen may still have the share q = z² / (units + z²), Wilson's bound for "never in n" (the
    exact form of the rule of three). The mean then lies between all of that share at the floor and all of it at the
    ceiling. For proportions of 0 and 1 this is Wilson's interval itself.
    """
    share = Z * Z / (units + Z * Z)
    low, high = value - share * (value - floor), value + share * (ceiling - value)
    return Spread((high - low) / (2 * Z), low, high)


def student(value: float, stderr: float, df: int) -> Spread:
    """Return Student's interval of a mean."""
    half = t_quantile(UPPER, df) * stderr
    return Spread(stderr, value - half, value + half)


def score_interval(value: float, stderr: float, sums: Sequence[float]) -> Spread:
    """Return the interval of a mean of values in [0, 1], 0 < value < 1, from the deviations of its independent units.

    It is Agresti and Coull's form of the score interval (The American Statistician 52, 1998) on the effective number of
    units, n = value (1 - value) / SE², with Student's t for C - 1 degrees of freedom in the place of z, as C. Franco et
    al. recommend for surveys with clusters (Journal of Survey Statistics and Methodology 7, 2019).

    Near 0 and 1 few of the units differ, and a standard error made of those few is too small more often than too
    large. So to K = (Σ d²)² / Σ d⁴, the number of units that the error is made of, up to one is added that is all 0 or
    all 1: the share v of the largest possible variance, C / n, becomes (K·v + a) / (K + a), a = 1 - 3 K / C. Where the
    units differ as normal ones do, K is C / 3, and nothing is added.
    """
    units, t = len(sums), t_quantile(UPPER, len(sums) - 1)
    squares = [item * item for item in sums]
    largest = max(squares)
    seen = math.fsum(item / largest for item in squares) ** 2 / math.fsum((item / largest) ** 2 for item in squares)
    variance = units * stderr * stderr / (value * (1 - value))
    added = max(0.0, 1 - 3 * seen / units)
    n = units * (seen + added) / (seen * variance + added)
    middle = (value * n + t * t / 2) / (n + t * t)
    half = t * math.sqrt(middle * (1 - middle) / (n + t * t))
    return Spread(stderr, min(value, max(0.0, middle - half)), max(value, min(1.0, middle + half)))
