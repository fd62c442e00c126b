"""Metrics of a whole corpus: any smooth function of sums over its rows, with the jackknife's error."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pytest_evalscope.stats.means import column, spread_of
from pytest_evalscope.types import Columns, Estimate, Metric


def of_sums(names: Sequence[str], function: Callable[[Sequence[float]], float]) -> Metric:
    """Return the metric "`function` of the sums of the scorer's values `names`", which lies in [0, 1].

    SE by the jackknife that leaves out one cluster at a time, (C - 1) / C · Σ (value without it - their mean)² for C
    clusters (M. Quenouille; J. Tukey); interval as of any mean in [0, 1].
    Deterministic. The metric raises as `mean` does.
    """

    def metric(columns: Columns) -> Estimate:
        found = [column(columns, name) for name in names]
        totals = [math.fsum(values) for values in found]
        value = function(totals)
        of_cluster: dict[int, list[float]] = {}
        for cluster, *row in zip(columns.clusters, *found, strict=True):
            sums = of_cluster.setdefault(cluster, [0.0] * len(names))
            sums[:] = [total + part for total, part in zip(sums, row, strict=True)]
        clusters = len(of_cluster)
        without = [
            function([total - part for total, part in zip(totals, sums, strict=True)]) for sums in of_cluster.values()
        ]
        middle = math.fsum(without) / clusters
        # spread_of takes residuals r with SE² = C / (C - 1) · Σ r²: these are the jackknife's.
        residuals = [(clusters - 1) / clusters * (middle - item) for item in without]
        spread = spread_of(value, residuals, 1.0, floor=0.0, ceiling=1.0, unit=True)
        return Estimate(value=value, **spread._asdict(), n=len(columns))

    return metric
