"""Metrics over the repeats of a sample: what several tries are worth."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from pytest_evalscope.errors import GateError, UnknownName, UsageError
from pytest_evalscope.stats.means import made_by, mean
from pytest_evalscope.types import Columns, Estimate, Metric


def pass_at_k(k: int, name: str = "accuracy") -> Metric:
    """Return the metric "share of samples that at least one of k tries gets right".

    Per sample 1 - C(n - c, k) / C(n, k) for c right ones among n repeats, the unbiased estimate of M. Chen et al.,
    arXiv:2107.03374; then the mean over samples, with interval and clusters as `mean` has them. A try is right when
    the scorer's value `name` is 1 or more; one without a reply is wrong. `n` of the estimate counts samples.

    The metric raises GateError for fewer than k repeats of a sample, and whatever `mean` raises. Raises UsageError for
    a k below 1.
    """
    return _over_repeats("pass_at_k", k, name, lambda right, repeats: 1 - comb(repeats - right, k) / comb(repeats, k))


def pass_hat_k(k: int, name: str = "accuracy") -> Metric:
    """Return the metric "share of samples that all of k tries get right", pass^k.

    Per sample C(c, k) / C(n, k) (S. Yao et al., arXiv:2406.12045); all else is as in `pass_at_k`.
    """
    return _over_repeats("pass_hat_k", k, name, lambda right, repeats: comb(right, k) / comb(repeats, k))


def _over_repeats(kind: str, k: int, name: str, value: Callable[[int, int], float]) -> Metric:
    if k < 1:
        raise UsageError(f"{kind}: not a number of tries ({k}); 1 or more are")

    def metric(columns: Columns) -> Estimate:
        if name not in columns.values:
            raise UnknownName("value of the scorer", name, columns.values)
        counts: dict[int, list[int]] = {}
        clusters: dict[int, int] = {}
        for sample, cluster, found in zip(columns.samples, columns.clusters, columns.values[name], strict=True):
            count = counts.setdefault(sample, [0, 0])
            count[0] += found >= 1
            count[1] += 1
            clusters[sample] = cluster
        fewest = min((repeats for _, repeats in counts.values()), default=k)
        if fewest < k:
            raise GateError(
                f"metric {name}: {k} tries asked for, a sample has {fewest}; at least {k} repeats are needed",
                hint=f"pass --eval-repeats={k} or more",
            )
        values = [value(right, repeats) for right, repeats in counts.values()]
        return mean(name)(
            Columns(values={name: values}, clusters=[clusters[sample] for sample in counts], samples=list(counts))
        )

    return made_by(metric, kind, k, name)
