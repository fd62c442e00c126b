"""A finished run as every report shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_evalscope.text import harmless
from pytest_evalscope.types import Result, RunSummary
from pytest_evalscope.types.result import counted

if TYPE_CHECKING:
    from pytest_evalscope.types import IndexReport, Leaderboard, Spending
    from pytest_evalscope.types.shard import Shard


def summary_of(
    folder: Path,
    results: Sequence[Result],
    *,
    indexes: Iterable[IndexReport] = (),
    leaderboards: Iterable[Leaderboard] = (),
    remarks: Iterable[str] = (),
    complete: bool,
    started: str,
    seconds: float,
    shard: Shard | None = None,
    spending: Spending | None = None,
    gated: bool = False,
) -> RunSummary:
    """Return the summary of a run: `indexes` that were declared, and after them the one that the weights make.

    Nobody requested the latter where no test has a weight, unless a gate is on it (`gated`).
    Problems of the run as a whole come before `remarks`, each of which appears once. A shard has no index.
    """
    made = counted(results)
    return RunSummary(
        folder=folder,
        results=tuple(results),
        complete=complete,
        started=started,
        seconds=seconds,
        remarks=(*remarks_on(made, complete=complete, shard=shard), *dict.fromkeys(remarks)),
        indexes=() if shard is not None else (*indexes, *_index_of_marks(made, gated=gated)),
        leaderboards=tuple(leaderboards),
        spending=spending,
        shard="" if shard is None else str(shard),
    )


def _index_of_marks(results: Sequence[Result], *, gated: bool) -> tuple[IndexReport, ...]:
    if len({result.benchmark for result in results}) < 2:  # one benchmark makes no index
        return ()
    from pytest_evalscope.collections.levels import indexes_of_marks

    requested = gated or any(result.weight != 1 for result in results)
    return tuple(replace(report, requested=requested) for report in indexes_of_marks(results))


_COUNTED = {
    "resized": "pictures beyond the limits, resized before they were sent: {} "
    "(--eval-media-max-bytes, --eval-media-max-pixels)",
    "own_examples": "few-shot examples and questions are of the same rows: {} samples were among the examples, and "
    "left out of their own",
    "unreadable": "completions in the cache that are damaged or of a newer version: {}; they were not used, and those "
    "requested instead are stored in their place",
}
"""Field of a result that counts samples → what a reader must know of them."""


def _counted(results: Sequence[Result], field: str) -> list[str]:
    """Return a sentence for each model and benchmark with such samples."""
    counts: dict[tuple[str, str], int] = {}
    for result in results:
        key = (result.benchmark, result.model)
        counts[key] = counts.get(key, 0) + getattr(result, field)
    return [
        f"{benchmark} of {model}: {_COUNTED[field].format(count)}"
        for (benchmark, model), count in counts.items()
        if count
    ]


def _fallbacks(results: Sequence[Result]) -> list[str]:
    """Return a sentence for each model whose completions the endpoint says are from others: a gateway's fallback."""
    counts: dict[str, Counter[str]] = {}
    for result in results:
        if result.answered_by:
            counts.setdefault(result.model, Counter()).update(result.answered_by)
    return [
        f"{model}: the endpoint says that the completions are from "
        + ", ".join(f"{harmless(name)} ({count})" for name, count in named.most_common(5))
        + (f" and {len(named) - 5} more models" if len(named) > 5 else "")
        + ("; one run measures one model" if len(named) > 1 else "")
        for model, named in counts.items()
    ]


def remarks_on(results: Sequence[Result], *, complete: bool, shard: Shard | None = None) -> tuple[str, ...]:
    """Return the remarks that a reader of the numbers must not miss."""
    made = []
    if shard is not None:
        made.append(
            f"shard {shard}: these numbers are of a part of the samples and no result; "
            "`pytest-evalscope merge` joins all shards"
        )
    if not complete:
        made.append("INCOMPLETE: the run ended before every sample had its score; these numbers are not a result")
    left = sum(result.outcomes.get("not_asked", 0) for result in results)
    if left:
        made.append(
            f"the budget is spent: {left} of {sum(result.planned for result in results)} samples were not requested; "
            "the same command with a larger --eval-token-budget or --eval-cost-budget continues, and cached "
            "completions are free"
        )
    made += _fallbacks(results)
    for field in _COUNTED:
        made += _counted(results, field)
    fewer = [result for result in results if result.expected is not None and result.planned < result.expected]
    if fewer:
        named = ", ".join(
            f"{result.benchmark}/{result.subset} {result.planned} of {result.expected}" for result in fewer[:5]
        )
        more = f" and {len(fewer) - 5} more" if len(fewer) > 5 else ""
        made.append(f"the data had fewer rows than the card says: {named}{more}")
    return tuple(made)
