"""The metrics that are means: of one column, and of one column per another."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pytest_evalscope.errors import GateError, ScorerError, UnknownName
from pytest_evalscope.stats.intervals import Spread, score_interval, student, unseen, wilson
from pytest_evalscope.types import Columns, Estimate, Metric


def mean(name: str) -> Metric:
    """Return the metric "mean of the scorer's value `name`", with standard error and 95 % interval.

    - Zeros and ones, no two rows in one cluster: Wilson's interval; SE = sqrt(p (1 - p) / (n - 1)).
    - Rows that share clusters: the cluster-robust SE, C / (C - 1) · Σ over clusters of (Σ deviations)² / n², for C
      clusters (E. Miller, arXiv:2411.00640).
    - Any other values in [0, 1]: the score interval on the effective number of rows, see `intervals.score_interval`.
    - Values beyond [0, 1]: Student's t with C - 1 degrees of freedom.
    - No spread to be seen (all values equal, or one cluster only): Wilson's bound on what was never seen, see
      `intervals.unseen`; the interval always has a width, and the standard error is its half divided by 1.96.

    Intervals lie in [0, 1] when every value does. The metric raises GateError for no rows, ScorerError for a
    value that is not finite, UnknownName for a value that the scorer does not give.
    """

    def metric(columns: Columns) -> Estimate:
        return mean_of(columns, name)

    return made_by(metric, "mean", name)


def mean_of(columns: Columns, name: str, *, each_once: bool = True) -> Estimate:
    """Return the value of `mean`. Without `each_once` a row is computed of repeats, and no row is a plain 0 or 1."""
    values = column(columns, name)
    n = len(values)
    least, most = min(values), max(values)
    # The division may round past the values themselves: three times x need not be exactly 3x.
    value = min(max(math.fsum(values) / n, least), most)
    sums = per_cluster(array("d", (item - value for item in values)), columns.clusters)
    if each_once and len(sums) == n and (least, most) == (0, 1) and all(item in (0, 1) for item in values):
        spread = Spread(math.sqrt(value * (1 - value) / (n - 1)), *wilson(value, n))
    else:
        spread = spread_of(value, sums, n, floor=min(0.0, least), ceiling=max(1.0, most), unit=least >= 0 and most <= 1)
    return Estimate(value=value, **spread._asdict(), n=n, metric=name)


def ratio(numerator: str, denominator: str, *, empty: float | None = None) -> Metric:
    """Return the metric "Σ numerator / Σ denominator" over all rows: followed instructions per instruction, say.

    `empty` is the value where the denominator sums to 0, with an interval as wide as can be: the precision of a model
    that found nothing is 0 by convention. None: there is no value then.

    SE by the delta method on the residuals (numerator - ratio · denominator), summed per cluster as in `mean`; the
    interval is that of a mean in [0, 1] when no row's numerator is below 0 or above its denominator, else Student's.

    The metric raises GateError for no rows or (without `empty`) a denominator that sums to 0, ScorerError for a value
    that is not finite or a denominator below 0, UnknownName for a value that the scorer does not give.
    """

    def metric(columns: Columns) -> Estimate:
        return ratio_of(columns, numerator, denominator, empty=empty)

    return made_by(metric, "ratio", numerator, denominator, *(() if empty is None else (empty,)))


def ratio_of(
    columns: Columns, numerator: str, denominator: str, *, empty: float | None = None, share: bool = True
) -> Estimate:
    """Return the value of `ratio`. Without `share` it may be above 1 although none of these rows is."""
    tops, bottoms = column(columns, numerator), column(columns, denominator)
    if min(bottoms) < 0:
        raise ScorerError(f"metric {numerator}/{denominator}: a denominator is below 0 ({min(bottoms):g})")
    total = math.fsum(bottoms)
    if total == 0 and empty is not None:
        spread = unseen(empty, 0, min(0.0, empty), max(1.0, empty))
        return Estimate(value=empty, **spread._asdict(), n=len(tops), metric=f"{numerator}/{denominator}")
    if total == 0:
        raise GateError(f"metric {numerator}/{denominator}: cannot divide by zero ({denominator} sums to 0)")
    value = math.fsum(tops) / total
    # A row with neither says nothing of the ratio, and must not count as a unit that agreed.
    rows = [row for row in zip(tops, bottoms, columns.clusters, strict=True) if row[0] or row[1]]
    sums = per_cluster([top - value * bottom for top, bottom, _ in rows], [cluster for *_, cluster in rows])
    unit = share and all(0 <= top <= bottom for top, bottom, _ in rows)
    spread = spread_of(value, sums, total, floor=min(0.0, value), ceiling=max(1.0, value), unit=unit)
    return Estimate(value=value, **spread._asdict(), n=len(tops), metric=f"{numerator}/{denominator}")


def made_by(metric: Metric, *description: Any) -> Metric:
    """Return `metric` with its description attached, see `stats.described`."""
    vars(metric)["made_by"] = list(description)
    return metric


def clipped(metric: Metric) -> Metric:
    """Return `metric` with its value and interval cut to [0, 1], for means of what may lie outside (HealthBench)."""

    def cut(columns: Columns) -> Estimate:
        made = metric(columns)
        value, low, high = (min(1.0, max(0.0, number)) for number in (made.value, made.low, made.high))
        return replace(made, value=value, low=low, high=high)

    inner = getattr(metric, "made_by", None)
    return cut if inner is None else made_by(cut, "clipped", inner)


def column(columns: Columns, name: str) -> Sequence[float]:
    """Return one column, which has rows and only finite values. Raises as `mean` does."""
    try:
        values = columns.values[name]
    except KeyError:
        raise UnknownName("value of the scorer", name, columns.values) from None
    if not values:
        raise GateError(f"metric {name}: no rows (0); at least one planned sample is needed")
    if not all(map(math.isfinite, values)):
        wrong = next(item for item in values if not math.isfinite(item))
        raise ScorerError(f"metric {name}: a value is not finite ({wrong}); the scorer must give finite numbers")
    return values


def per_cluster(deviations: Sequence[float], clusters: Sequence[int]) -> Sequence[float]:
    """Return the sum of the deviations of each cluster; the deviations themselves when no cluster repeats."""
    if _all_differ(clusters):
        return deviations
    sums: dict[int, float] = {}
    for deviation, cluster in zip(deviations, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + deviation
    return list(sums.values())


def _all_differ(clusters: Sequence[int]) -> bool:
    """Return whether no number repeats. Numbers count up from 0 as a rule, so one byte per number suffices."""
    seen = bytearray(len(clusters))
    others: set[int] = set()
    for cluster in clusters:
        if 0 <= cluster < len(seen):
            if seen[cluster]:
                return False
            seen[cluster] = 1
        elif cluster in others:
            return False
        else:
            others.add(cluster)
    return True


def spread_of(
    value: float, sums: Sequence[float], weight: float, *, floor: float, ceiling: float, unit: bool
) -> Spread:
    """Return the spread of Σ values / `weight` from the sums of deviations of its independent units.

    `floor` and `ceiling` are what a value may reach as far as is known: from 0, which is what a failed sample counts,
    to 1, and further where further was seen. `unit`: values are bounded by [0, 1].
    """
    units = len(sums)
    if units > 1:
        stderr = math.sqrt(units / (units - 1) * math.fsum(item * item for item in sums)) / weight
        # Less than this is rounding: equal values must not look different.
        if stderr > 1e-12 * max(1.0, abs(floor), abs(ceiling)) / units:
            if unit and 0 < value < 1:
                return score_interval(value, stderr, sums)
            made = student(value, stderr, units - 1)
            return Spread(stderr, max(0.0, made.low), min(1.0, made.high)) if unit else made
    return unseen(value, units, floor, ceiling)
