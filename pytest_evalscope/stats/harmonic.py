"""The metrics that are harmonic means of two shares."""

from __future__ import annotations

import math

from pytest_evalscope.stats.intervals import Z
from pytest_evalscope.stats.means import column, made_by, per_cluster, ratio, spread_of
from pytest_evalscope.types import Columns, Estimate, Metric

Share = tuple[str, str]
"""The names of a numerator and a denominator among the scorer's values."""


def f1(correct: str = "correct", predicted: str = "predicted", expected: str = "expected") -> Metric:
    """Return the metric "F1 over all rows", 2 · Σ correct / (Σ predicted + Σ expected), in [0, 1].

    It is the harmonic mean of the pooled precision and recall (micro average), not a mean of rows. It is a ratio of two
    sums, so error and interval are those of `ratio`; 0 where nothing was predicted and nothing expected.
    """

    def metric(columns: Columns) -> Estimate:
        above, predictions, expectations = (column(columns, name) for name in (correct, predicted, expected))
        both = [one + other for one, other in zip(predictions, expectations, strict=True)]
        doubled = Columns(
            values={"correct": [2 * value for value in above], "predicted and expected": both},
            clusters=columns.clusters,
            samples=columns.samples,
        )
        return ratio("correct", "predicted and expected", empty=0.0)(doubled)

    return made_by(metric, "f1", correct, predicted, expected)


def harmonic(one: Share, other: Share) -> Metric:
    """Return the metric "harmonic mean of two shares", each Σ numerator / Σ denominator over all rows, in [0, 1].

    As for the accuracy on two kinds of rows, of which every row is one: a row has 0 in both columns of the other kind.
    SE by the delta method, F = 2ab / (a + b) with dF/da = 2b² / (a + b)², the residuals summed per cluster. A share
    that is 0, or of which there are no rows, makes the mean 0; the interval is then the widest that its own has.
    """

    def metric(columns: Columns) -> Estimate:
        first, second = ratio(*one, empty=0.0)(columns), ratio(*other, empty=0.0)(columns)
        a, b = first.value, second.value
        n = len(columns)
        if a * b == 0:
            # At the edge the mean has no slope; no more than both upper ends is compatible with what was seen.
            high = 2 * first.high * second.high / (first.high + second.high)
            return Estimate(value=0.0, stderr=high / (2 * Z), low=0.0, high=high, n=n)
        residuals = [0.0] * n
        for (top, bottom), share, slope in ((one, a, 2 * (b / (a + b)) ** 2), (other, b, 2 * (a / (a + b)) ** 2)):
            bottoms = columns.values[bottom]
            total = math.fsum(bottoms)
            for row, (above, below) in enumerate(zip(columns.values[top], bottoms, strict=True)):
                residuals[row] += slope * (above - share * below) / total
        value = 2 * a * b / (a + b)
        spread = spread_of(value, per_cluster(residuals, columns.clusters), 1.0, floor=0.0, ceiling=1.0, unit=True)
        return Estimate(value=value, **spread._asdict(), n=n)

    return made_by(metric, "harmonic", list(one), list(other))
