"""The table of results: each model's scores on each benchmark, and the verdicts of its gates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pytest_evalscope.reports.overall import by_benchmark, overall, unscored
from pytest_evalscope.reports.table import Block, Note, Table
from pytest_evalscope.types import Result, RunSummary
from pytest_evalscope.types.estimate import apart, as_share, reaches, shown
from pytest_evalscope.types.result import counted

_MOST_SUBSETS = 8
"""A benchmark with more subsets is shown as a whole, with those of its gates that did not pass."""
_HEADERS: tuple[str, ...] = (
    "model", "benchmark", "gate", "metric", "value", "95 %", "n", "unscored", "no answer", "truncated", "threshold",
    "requests", "tokens", "seconds",
)  # fmt: skip
_NUMBERS = frozenset({"value", "95 %", "n", "unscored", "no answer", "truncated", "requests", "tokens", "seconds"})
_COUNTS = ("no answer", "unscored", "truncated")
_RARE = ("truncated",)
"""Counts whose column is only there when one is not 0."""
_NONE = "–"
_NOT_PASSED = ("error", "failed", "xfailed", "inconclusive")


def result_blocks(summary: RunSummary, *, every_subset: bool = False) -> list[Block]:
    """Return the table of results, a row per benchmark and subset, and the remarks."""
    results = counted(summary.results)
    groups = by_benchmark(results)
    rows = [row for group in groups for row in (_all_rows(group) if every_subset else _rows(group))]
    models = list(dict.fromkeys(result.model for result in results))
    title = "results" if summary.complete else "results (INCOMPLETE)"
    if summary.shard:
        title += f" of shard {summary.shard}"
    none = [name for name in _COUNTS if all(row[_HEADERS.index(name)] in ("0", "") for row in rows)]
    optional = ("tokens", "requests", "seconds", *none, "metric")
    gone = {name for name in _RARE if name in none}
    if len(models) == 1:
        title = f"{title} of {models[0]}"
        gone.add("model")
    kept = [at for at, name in enumerate(_HEADERS) if name not in gone]
    headers = tuple(_HEADERS[at] for at in kept)
    rows = [tuple(row[at] for at in kept) for row in rows]
    optional = tuple(name for name in optional if name not in gone)
    blocks: list[Block] = []
    if rows or not summary.leaderboards:
        blocks.append(Table(title=title, headers=headers, rows=tuple(rows), numbers=_NUMBERS, optional=optional))
    if summary.spending is not None:
        blocks.append(Note(lines=tuple(summary.spending.lines())))
    remarks = [*summary.remarks, *_own_judges(results), *_other_scales(results)]
    if remarks:
        blocks.append(Note(lines=tuple(f"remark: {remark}" for remark in remarks)))
    return blocks


def agreement_blocks(results: Sequence[Result], *, most_rows: int | None = None) -> list[Block]:
    """Return the agreement of the judges of each panel, at most `most_rows` subsets; nothing without a panel."""
    rows: list[tuple[str, ...]] = []
    for result in results:
        found = result.agreement
        if found is not None:
            value = _NONE if found.value is None else f"{found.value:.3f}"
            name = found.statistic.replace("_", " ")
            row = (str(found.judges), name, value, f"{found.same:.3f}", str(found.items))
            rows.append((result.model, name_of(result), *row))
    if most_rows is not None and len(rows) > most_rows:
        rows = [*rows[:most_rows], ("", f"… {len(rows) - most_rows} more", *[""] * 5)]
    headers = ("model", "benchmark", "judges", "statistic", "value", "all the same", "items")
    numbers = frozenset({"judges", "value", "all the same", "items"})
    return [Table(title="agreement of the judges", headers=headers, rows=tuple(rows), numbers=numbers)] if rows else []


def gate_note(results: Sequence[Result]) -> list[Block]:
    """Return the gates that did not pass, each with its reason and the place of its test."""
    titles = {"gates that did not hold": ("failed", "error"), "gates without an answer": ("inconclusive",)}
    lines = {title: tuple(_reasons(results, verdicts)) for title, verdicts in titles.items()}
    return [Note(title=title, lines=found) for title, found in lines.items() if found]


def _reasons(results: Sequence[Result], verdicts: Collection[str]) -> Iterator[str]:
    for result in results:
        if result.verdict in verdicts:
            place = f" ({result.location})" if result.location else ""
            message = result.message or "no reason given"
            # The message of a gate without an answer begins with the word itself.
            said = "" if message.startswith(f"{result.verdict}: ") else f"{result.verdict}: "
            yield f"{said}{name_of(result)} of {result.model}: {message}{place}"


def _own_judges(results: Sequence[Result]) -> list[str]:
    """Return a remark on each model that judged its own completions."""
    names = dict.fromkeys(result.model for result in results if result.model in result.judges)
    return [f"{name} is a judge of its own completions: judges favour what they wrote themselves" for name in names]


def _other_scales(results: Sequence[Result]) -> list[str]:
    """Return a remark on each threshold that is a share where values are percentages, or the other way round."""
    made: dict[str, None] = {}
    for result in results:
        for metric, least in result.thresholds.items():
            found = result.metrics.get(metric)
            if found is None:
                continue
            said = f"{name_of(result)}: {metric} is {apart(found.value, least)} and its threshold {shown(least)}"
            if 0 < least <= 1 < found.value:
                made[f"{said}: no such value misses a share; accepted: both on one scale"] = None
            elif 2 <= least <= 100 and found.low >= 0 and found.high <= 1:
                made[f"{said}: no share reaches it; {shown(least)} % is written {as_share(least)}"] = None
    return list(made)


def _rows(group: Sequence[Result]) -> list[tuple[str, ...]]:
    if len(group) <= _MOST_SUBSETS:
        return _all_rows(group)
    red = [result for result in group if result.verdict in ("failed", "error")]
    more = len(red) - _MOST_SUBSETS
    rows = [_row(result) for result in red[:_MOST_SUBSETS]]
    if more > 0:
        rows.append((group[0].model, f"… {more} more", *[""] * (len(_HEADERS) - 2)))
    return [*rows, _row(overall(group), group)]


def _all_rows(group: Sequence[Result]) -> list[tuple[str, ...]]:
    rows = [_row(result) for result in group]
    return rows if len(group) == 1 else [*rows, _row(overall(group), group)]


def _row(result: Result, parts: Sequence[Result] = ()) -> tuple[str, ...]:
    """Return the cells of one result, or of a whole with its parts."""
    estimate = result.primary
    measured = ["", _NONE, _NONE, "0"]
    if estimate is not None:
        half = (estimate.high - estimate.low) / 2
        interval = f"{estimate.low:.2f}–{estimate.high:.2f}"
        least = result.thresholds.get(result.primary_metric)
        missed = least is not None and not reaches(estimate.value, least)
        value = apart(estimate.value, least) if missed and least is not None else f"{estimate.value:.3f}"
        measured = [result.primary_metric, f"{value} ± {half:.3f}", interval, str(estimate.n)]
    return (
        result.model,
        name_of(result, parts),
        _gate(result, parts),
        *measured,
        str(unscored(result)),
        str(result.outcomes.get("no_answer", 0)),
        str(result.outcomes.get("truncated", 0)),
        _thresholds(result),
        str(result.requests),
        _short(result.prompt_tokens + result.completion_tokens),
        f"{result.seconds:.1f}",
    )


def name_of(result: Result, parts: Sequence[Result] = ()) -> str:
    """Return the name of a benchmark and its subset for people; of a whole with its parts, how many these are."""
    if not parts:
        return result.benchmark if result.subset == "default" else f"{result.benchmark}/{result.subset}"
    measured = sum(part.primary is not None for part in parts)
    count = f"{len(parts)}" if measured == len(parts) else f"{measured} of {len(parts)}"
    return f"{result.benchmark} ({count} subsets)"


def _gate(result: Result, parts: Sequence[Result]) -> str:
    if not result.complete and result.verdict in ("none", "passed", "inconclusive"):
        return "incomplete"
    if result.verdict == "none":
        return _NONE
    if result.verdict == "passed" or not parts:
        return result.verdict
    counts = ((name, sum(part.verdict == name for part in parts)) for name in _NOT_PASSED)
    return ", ".join(f"{count} {name}" for name, count in counts if count)


def _thresholds(result: Result) -> str:
    return ", ".join(
        shown(value) if metric == result.primary_metric else f"{metric} {shown(value)}"
        for metric, value in result.thresholds.items()
    ) or _NONE  # fmt: skip


def _short(count: int) -> str:
    """Return a count with at most three digits: 950, 12.3k, 1.2M."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= 0.9995 * size:  # 999,500 are 1M: in thousands they would have four digits
            return f"{count / size:.3g}{unit}"
    return str(count)
