"""The mean of several ratios, as one metric with its uncertainty."""

from __future__ import annotations

import math

from pytest_evalscope.errors import GateError
from pytest_evalscope.stats.means import column, made_by, per_cluster, spread_of
from pytest_evalscope.types import Columns, Estimate, Metric


def mean_ratio(*pairs: tuple[str, str]) -> Metric:
    """Return the metric "mean of several ratios Σ numerator / Σ denominator", each over all rows, each as heavy.

    A ratio whose denominator sums to 0 is left out. SE and interval as in `ratio`, by the delta method on the sum of
    the residuals, each divided by its Σ denominator. Raises as `ratio` does; GateError when no ratio is left.
    """

    def metric(columns: Columns) -> Estimate:
        terms = [
            (column(columns, top), bottoms, math.fsum(bottoms))
            for top, bottom in pairs
            if math.fsum(bottoms := column(columns, bottom)) > 0
        ]
        if not terms:
            raise GateError(
                f"metric mean_ratio: cannot divide by zero ({', '.join(bottom for _, bottom in pairs)} sum to 0)"
            )
        ratios = [math.fsum(tops) / total for tops, _, total in terms]
        residuals = [
            math.fsum(
                (tops[row] - found * bottoms[row]) / total / len(terms)
                for (tops, bottoms, total), found in zip(terms, ratios, strict=True)
            )
            for row in range(len(columns))
        ]
        value = math.fsum(ratios) / len(ratios)
        spread = spread_of(
            value,
            per_cluster(residuals, columns.clusters),
            1.0,
            floor=min(0.0, *ratios),
            ceiling=max(1.0, *ratios),
            unit=all(0 <= found <= 1 for found in ratios),
        )
        return Estimate(value=value, **spread._asdict(), n=len(columns), metric="mean_ratio")

    return made_by(metric, "mean_ratio", *map(list, pairs))
