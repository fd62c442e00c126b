"""A judge's agreement with people, and a share of judge verdicts corrected for the judge's errors."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats.agreement import cohen_kappa
from pytest_evalscope.stats.distributions import t_quantile
from pytest_evalscope.stats.intervals import Z, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


def proportion(count: int, n: int) -> Interval | None:
    """Return a share with Wilson's interval; None of nothing (n = 0)."""
    return Interval(value=count / n, low=wilson(count / n, n)[0], high=wilson(count / n, n)[1]) if n else None


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Interval:
    """Return Cohen's kappa with the large-sample interval of Fleiss, Cohen and Everitt, cut to [-1, 1].

    In full agreement, where that interval has no width, its lower end is what Wilson's bound on the share of equal
    labels leaves of kappa. Source: Psychological Bulletin 72 (1969) 323-327, formula 13.

    Raises as `cohen_kappa`.
    """
    value, n = cohen_kappa(first, second), len(first)
    labels = list(dict.fromkeys([*first, *second]))
    ours = {label: sum(item == label for item in first) / n for label in labels}
    theirs = {label: sum(item == label for item in second) / n for label in labels}
    chance = math.fsum(ours[label] * theirs[label] for label in labels)
    if value == 1:
        low = (wilson(1.0, n)[0] - chance) / (1 - chance)
        return Interval(value=value, low=low, high=1.0)
    rest = 1 - value
    spread = -((value - chance * rest) ** 2)
    for one, other in zip(first, second, strict=True):
        weight = ours[one] + theirs[one]
        spread += ((1 - weight * rest) ** 2 if one == other else rest**2 * (theirs[one] + ours[other]) ** 2) / n
    half = Z * math.sqrt(max(0.0, spread) / n) / (1 - chance)
    return Interval(value=value, low=max(-1.0, value - half), high=min(1.0, value + half))


def rogan_gladen(seen: Sequence[bool], yes: Sequence[bool], no: Sequence[bool]) -> Interval:
    """Return the share of items that people would call "yes", estimated from items that only a judge labelled.

    (p + Sp - 1) / (Se + Sp - 1), cut to [0, 1], with the adjusted interval of Lang and Reiczigel, which counts the
    uncertainty of sensitivity and specificity too. It holds while the judge errs as often on the unlabelled items as on
    the labelled ones of the same class; how often a class occurs among the labelled ones does not matter.

    Sources: W. Rogan, B. Gladen, American Journal of Epidemiology 107 (1978); Z. Lang, J. Reiczigel, Preventive
    Veterinary Medicine 113 (2014).

    Args:
        seen: Per unlabelled item whether the judge said yes.
        yes: The same of the items that people called yes.
        no: The same of the items that people called no.

    Raises GateError where one of the three is empty, or where the judge separates the classes no better than chance.
    """
    if not (seen and yes and no):
        raise GateError(
            "correction: needs an item of each class that people labelled, and an item that only the judge labelled"
        )
    n, n_yes, n_no = len(seen), len(yes), len(no)
    share, hit, clear = sum(seen) / n, sum(yes) / n_yes, 1 - sum(no) / n_no
    if hit + clear - 1 <= 0:
        raise GateError("correction: the judge separates the classes no better than chance")
    value = (share + clear - 1) / (hit + clear - 1)
    wide, wide_yes, wide_no = n + Z * Z, n_yes + 2, n_no + 2
    p = (n * share + Z * Z / 2) / wide
    se, sp = (n_yes * hit + 1) / wide_yes, (n_no * clear + 1) / wide_no
    middle = (p + sp - 1) / (se + sp - 1)
    spread_yes, spread_no = se * (1 - se) / wide_yes, sp * (1 - sp) / wide_no
    shift = 2 * Z * Z * (middle * spread_yes - (1 - middle) * spread_no)
    variance = p * (1 - p) / wide + middle**2 * spread_yes + (1 - middle) ** 2 * spread_no
    half = Z * math.sqrt(variance) / (se + sp - 1)
    return _around(value, middle + shift - half, middle + shift + half)


def prediction_powered(people: Sequence[bool], judged: Sequence[bool], seen: Sequence[bool]) -> Interval:
    """Return the share of items that people would call "yes": people labelled a few of the items, a judge all of them.

    λ · mean(seen) + mean(people - λ · judged), with the λ in [0, 1] that makes the variance least (PPI++). It holds for
    any judge, however wrong, while the items labelled by people are a random sample of all. The interval is Student's,
    n - 1 degrees of freedom, with one miss and one false alarm added to the n residuals: without them it covers a rare
    class's share in 90 % of cases in place of 95 %. Source: A. Angelopoulos, J. Duchi, T. Zrnic, arXiv:2311.01453; the
    added ones as in A. Agresti, B. Coull, The American Statistician 52 (1998).

    Args:
        people: Per item labelled by people, whether they said yes.
        judged: Whether the judge did, of the same items.
        seen: Whether the judge did, of the items that no person labelled.

    Raises GateError for fewer than two items of either kind.
    """
    n, rest = len(people), len(seen)
    if n < 2 or rest < 2:
        raise GateError(
            f"correction: too few items ({n} labelled by people, {rest} more); at least 2 of each are needed"
        )
    spread = _covariance([*judged, *seen], [*judged, *seen])
    power = min(1.0, max(0.0, _covariance(people, judged) / ((1 + n / rest) * spread))) if spread else 0.0
    by_judge = power * sum(seen) / rest
    residuals = [label - power * said for label, said in zip(people, judged, strict=True)]
    wide = [*residuals, 1.0, -power]
    middle = by_judge + math.fsum(wide) / len(wide)
    variance = power**2 * _covariance(seen, seen) / rest + _covariance(wide, wide) / len(wide)
    half = t_quantile(0.975, n - 1) * math.sqrt(variance)
    return _around(by_judge + math.fsum(residuals) / n, middle - half, middle + half)


def _covariance(first: Sequence[float], second: Sequence[float]) -> float:
    n = len(first)
    one, other = math.fsum(first) / n, math.fsum(second) / n
    return math.fsum((a - one) * (b - other) for a, b in zip(first, second, strict=True)) / (n - 1)


def _around(value: float, low: float, high: float) -> Interval:
    """Return an interval of a share: cut to [0, 1], and never without its value."""
    value = min(1.0, max(0.0, value))
    return Interval(value=value, low=min(value, max(0.0, low)), high=max(value, min(1.0, high)))
