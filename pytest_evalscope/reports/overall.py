"""A benchmark as a whole, from its subsets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pytest_evalscope.stats import pool
from pytest_evalscope.types import UNSCORED, Estimate, Result
from pytest_evalscope.types.result import SEVERITY


def overall(results: Sequence[Result]) -> Result:
    """Return the subsets of one benchmark and model as one result, whose subset is empty.

    Metrics are pooled (every row weighs the same) over the subsets that measured them; counts, seconds and tokens are
    sums; the verdict is the worst. It is complete when all of its subsets are and none lacks its primary metric.
    """
    first = results[0]
    names = dict.fromkeys(name for result in results for name in result.metrics)
    outcomes: Counter[str] = Counter()
    for result in results:
        outcomes.update(result.outcomes)
    bounds = {tuple(sorted(result.thresholds.items())) for result in results}
    return replace(
        first,
        subset="",
        metrics={name: _pooled(name, results) for name in names},
        planned=sum(result.planned for result in results),
        outcomes=dict(outcomes),
        expected=None,
        thresholds=first.thresholds if len(bounds) == 1 else {},
        asserted=tuple(dict.fromkeys(name for result in results for name in (*result.thresholds, *result.asserted))),
        verdict=max((result.verdict for result in results), key=SEVERITY.__getitem__),
        message="",
        seconds=sum(result.seconds for result in results),
        requests=sum(result.requests for result in results),
        prompt_tokens=sum(result.prompt_tokens for result in results),
        completion_tokens=sum(result.completion_tokens for result in results),
        data_hash="",
        judges=tuple(dict.fromkeys(judge for result in results for judge in result.judges)),
        agreement=first.agreement if len(results) == 1 else None,
        complete=all(result.complete and result.primary is not None for result in results),
    )


def by_benchmark(results: Iterable[Result]) -> list[list[Result]]:
    """Return the results grouped by model and benchmark, in the order in which each first appears."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.model, result.benchmark), []).append(result)
    return list(groups.values())


def unscored(result: Result) -> int:
    """Return how many planned samples have no score because model, scorer or time failed them."""
    return sum(count for name, count in result.outcomes.items() if name in UNSCORED)


def _pooled(name: str, results: Sequence[Result]) -> Estimate:
    return replace(pool([result.metrics[name] for result in results if name in result.metrics]), metric=name)
