"""Agreement of raters beyond chance: of judges among themselves, or of a judge with people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Literal, cast

from pytest_evalscope.errors import GateError, UsageError
from pytest_evalscope.types import Agreement

Level = Literal["nominal", "interval"]


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return Cohen's kappa of two raters who labelled the same items, in [-1, 1]: 1 in full agreement, 0 by chance.

    (p_o - p_e) / (1 - p_e), with p_o the share of equal labels and p_e what the raters' own shares of each label would
    give by chance. Source: J. Cohen, Educational and Psychological Measurement 20 (1960).

    Raises UsageError for sequences of two lengths; GateError for no items, and where both raters gave one and the same
    label throughout: then nothing tells agreement from chance.
    """
    if len(first) != len(second):
        raise UsageError(f"kappa: two raters of different items ({len(first)}, {len(second)}); one label each per item")
    n = len(first)
    if not n:
        raise GateError("kappa: no items (0); at least 1 is needed")
    ours, theirs = Counter(first), Counter(second)
    # In whole numbers, n² times each share, so that agreement by chance alone is recognised exactly.
    observed = n * sum(one == other for one, other in zip(first, second, strict=True))
    chance = sum(count * theirs[label] for label, count in ours.items())
    if chance == n * n:
        raise GateError("kappa: both raters gave one label to every item; two labels or more are needed")
    return (observed - chance) / (n * n - chance)


def krippendorff_alpha(units: Sequence[Sequence[Hashable | None]], level: Level = "nominal") -> float:
    """Return Krippendorff's alpha of any number of raters: 1 in full agreement, 0 by chance, below 0 for less.

    1 - D_o / D_e. Pairs of values within a unit disagree by 0 or 1 (`nominal`), or by their squared difference
    (`interval`, numbers). Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).

    Args:
        units: Per item the values that its raters gave, None where one gave none. An item with fewer than two values
            has no pair and counts for nothing.
        level: The kind of the values: `nominal` or `interval`.

    Raises UsageError for an unknown level or for interval values that are not finite numbers; GateError without a unit
    of two values, and where all values are the same.
    """
    if level not in ("nominal", "interval"):
        raise UsageError(f"alpha: unknown level ({level!r}); accepted: nominal, interval")
    rated = [[value for value in unit if value is not None] for unit in units]
    rated = [unit for unit in rated if len(unit) > 1]
    if not rated:
        raise GateError("alpha: no item has two values; at least one is needed")
    values = [value for unit in rated for value in unit]
    apart: Callable[[Sequence[Hashable]], float] = _unequal
    if level == "interval":
        if not all(isinstance(value, (int, float)) and math.isfinite(value) for value in values):
            raise UsageError("alpha: a value is not a finite number; the level interval accepts finite numbers")
        apart = _squares
    expected = apart(values) / (len(values) - 1)
    if expected == 0:
        raise GateError("alpha: all values are the same; two or more different ones are needed")
    return 1 - math.fsum(apart(unit) / (len(unit) - 1) for unit in rated) / expected


def agreement(votes: Sequence[Sequence[str | float]]) -> Agreement:
    """Return how far a panel agrees: Cohen's kappa of two judges' labels, Krippendorff's alpha of more and of ratings.

    Args:
        votes: Per judge its verdicts on the same items in the same order: labels, or numbers.

    Raises GateError without votes.
    """
    if not votes:
        raise GateError("agreement: no items (0); at least 1 is needed")
    rated = all(not isinstance(vote, str) for unit in votes for vote in unit)
    paired = all(len(unit) == 2 for unit in votes) and not rated
    value: float | None
    try:
        if paired:
            value = cohen_kappa([unit[0] for unit in votes], [unit[1] for unit in votes])
        else:
            value = krippendorff_alpha(votes, "interval" if rated else "nominal")
    except GateError:
        value = None
    return Agreement(
        statistic="cohen_kappa" if paired else "krippendorff_alpha",
        value=value,
        judges=max(map(len, votes)),
        items=len(votes),
        same=sum(len(set(unit)) == 1 for unit in votes) / len(votes),
    )


def _unequal(values: Sequence[Hashable]) -> float:
    """Return how many ordered pairs of values differ."""
    return len(values) ** 2 - sum(count * count for count in Counter(values).values())


def _squares(values: Sequence[Hashable]) -> float:
    """Return the squared differences summed over all ordered pairs, which is 2 n Σ (x - mean)²."""
    numbers = cast("Sequence[float]", values)
    mean = math.fsum(numbers) / len(numbers)
    return 2 * len(numbers) * math.fsum((number - mean) ** 2 for number in numbers)
