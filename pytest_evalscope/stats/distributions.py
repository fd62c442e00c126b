"""Quantiles of the normal and of Student's distribution, to at least ten significant digits."""

from __future__ import annotations

import math
from functools import lru_cache

_STEPS = 400
"""More than any sum or search below ever takes; a bound, so that none can hang."""


@lru_cache(maxsize=256)
def normal_quantile(p: float) -> float:
    """Return the z below which a standard normal variable lies with probability `p`, for 0 < p < 1.

    Raises ValueError for any other `p`.
    """
    _check(p)
    tail = min(p, 1 - p)
    z = 0.0
    # Newton's steps from 0 climb to the root of a concave function and never overshoot it.
    for _ in range(_STEPS):
        step = (math.erfc(z / math.sqrt(2)) / 2 - tail) * math.sqrt(2 * math.pi) * math.exp(z * z / 2)
        z += step
        if abs(step) <= 1e-15 * z:
            break
    return math.copysign(z, p - 0.5)


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: float) -> float:
    """Return the t below which Student's variable with `df` degrees of freedom lies with probability `p`.

    0 < p < 1 and df >= 1; `df` need not be whole. Raises ValueError for anything else.
    """
    _check(p)
    if not df >= 1:
        raise ValueError(f"degrees of freedom: must be at least 1 ({df!r})")
    tail = min(p, 1 - p)
    log_peak = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    t = abs(normal_quantile(p))  # below the root, so Newton's steps climb to it and never overshoot
    for _ in range(_STEPS):
        density = math.exp(log_peak - (df + 1) / 2 * math.log1p(t * t / df))
        step = (t_tail(t, df) - tail) / density
        t += step
        if abs(step) <= 1e-13 * abs(t):
            break
    return math.copysign(t, p - 0.5)


def _check(p: float) -> None:
    if not 0 < p < 1:
        raise ValueError(f"probability: must lie between 0 and 1 ({p!r})")


def t_tail(t: float, df: float) -> float:
    """Return the probability that Student's variable exceeds t >= 0."""
    return _incomplete_beta(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t)) / 2


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b); `rest` is 1 - x, given apart for its digits.

    The continued fraction of Abramowitz & Stegun 26.5.8, on the side where it converges fast.
    """
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, rest, x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    return math.exp(log_front) / a / _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction 1 + d1/(1 + d2/(1 + …)) by the modified Lentz method."""
    tiny = 1e-300
    value = ratio = 1.0
    inverse = 0.0
    for step in range(1, _STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        inverse = 1 / ((1 + term * inverse) or tiny)
        ratio = (1 + term / ratio) or tiny
        value *= ratio * inverse
        if abs(ratio * inverse - 1) < 1e-15:
            break
    return value
