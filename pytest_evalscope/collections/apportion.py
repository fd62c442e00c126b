"""Division of a number of samples by shares: exact, bounded, and independent of the order.

The method is the largest remainder's (Hamilton's): each leaf gets the whole part of its quota, and the samples that
are left go to the largest fractions. Quotas are bounded first, so that no leaf gets less than one or more than exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any, TypeVar

from pytest_evalscope.errors import UsageError

Key = TypeVar("Key", bound=Any)
"""Key of a leaf. Keys must be sortable: where two remainders are equal, the smaller key goes first."""


def apportion(
    shares: Mapping[Key, Fraction], count: int, *, available: Mapping[Key, int] | None = None, least: int = 1
) -> dict[Key, int]:
    """Return how many of `count` samples each key gets, in the order of the sorted keys.

    Each key gets at least `least` and never more than is available. What one lacks goes to those that still have
    samples, in proportion to their shares. The counts sum to `count`, or to all that is available when that is less.

    Args:
        shares: Key → share, above 0; only their ratios count. Empty: the result is empty.
        count: Samples to divide.
        available: Key → samples that exist, at least `least` each; None: no bound.
        least: The least number that each key gets.

    Raises:
        UsageError: `count` is not a whole number, or not enough for each key to get `least`.
    """
    keys = sorted(shares)
    if isinstance(count, bool) or not isinstance(count, int) or count < least * len(keys):
        raise UsageError(
            f"count: not enough samples to give each of {len(keys)} leaves {least} ({count!r}); "
            f"accepted: a whole number of at least {least * len(keys)}"
        )
    most = {key: count if available is None else min(count, available[key]) for key in keys}
    if sum(most.values()) <= count:
        return most
    quotas = _bounded(shares, count, least, most)
    counts = {key: floor(quotas[key]) for key in keys}
    spare = count - sum(counts.values())
    for key in sorted(keys, key=lambda key: (counts[key] - quotas[key], key))[:spare]:
        counts[key] += 1
    return counts


def _bounded(shares: Mapping[Key, Fraction], count: int, least: int, most: Mapping[Key, int]) -> dict[Key, Fraction]:
    """Return quotas that sum to `count`: λ · share, but never below `least` or above `most`, with one λ for all.

    λ is found as flexible boxes find their sizes (CSS Flexible Box Layout, 9.7): divide, bound, keep those that were
    bounded on the side that outweighs, and divide the rest again. Each round keeps at least one.
    """
    quotas: dict[Key, Fraction] = {}
    open_keys = set(shares)
    while open_keys:
        rate = (count - sum(quotas.values())) / sum((shares[key] for key in open_keys), Fraction())
        wanted = {key: rate * shares[key] for key in open_keys}
        bounded = {key: min(max(quota, Fraction(least)), Fraction(most[key])) for key, quota in wanted.items()}
        excess = sum(bounded.values()) - sum(wanted.values())
        kept = {key for key in open_keys if (bounded[key] - wanted[key]) * excess > 0} if excess else open_keys
        quotas.update((key, bounded[key]) for key in kept)
        open_keys = open_keys - kept
    return quotas
