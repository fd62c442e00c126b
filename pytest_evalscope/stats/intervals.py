"""95 % intervals of one mean."""

from __future__ import annotations

import math
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


def student(value: float, stderr: float, df: int, *, unit: bool) -> Spread:
    """Return Student's interval of a mean; `unit`: the values lie in [0, 1], so the interval is cut to it."""
    half = t_quantile(UPPER, df) * stderr
    low, high = value - half, value + half
    return Spread(stderr, max(0.0, low), min(1.0, high)) if unit else Spread(stderr, low, high)


def detectable(stderr: float, *, power: float = 0.8) -> float:
    """Return the least distance from a fixed threshold that a 95 % interval shows in the share `power` of all runs.

    (z of 0.975 + z of `power`) · SE: what a gate at this number of samples can tell at all. 0 < power < 1.
    """
    return (Z + normal_quantile(power)) * stderr
