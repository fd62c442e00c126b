"""The table of results: each model's scores on each benchmark, and the verdicts of its gates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pytest_evalscope.reports.overall import by_benchmark, overall, unscored
from pytest_evalscope.reports.table import Block, Note, Table
from pytest_evalscope.types import Result, RunSummary
from pytest_evalscope.types.estimate import apart, as_share, reaches, shown
from pytest_evalscope.types.result import counted

_MOST_SUBSETS, _MOST_ROWS = 8, 14
"""A benchmark with more subsets is shown as a whole, with those of its gates that did not pass; with fewer as well
where the terminal's table would have more rows than fit on a screen."""
_HEADERS: tuple[str, ...] = (
    "model", "benchmark", "gate", "metric", "value", "95 %", "n", "unscored", "no answer", "truncated", "threshold",
    "requests", "tokens", "seconds",
)  # fmt: skip
_NUMBERS = frozenset({"value", "95 %", "n", "unscored", "no answer", "truncated", "requests", "tokens", "seconds"})
_COUNTS = ("no answer", "unscored", "truncated")
_RARE = ("truncated",)
"""Counts whose column is only there when one is not 0."""
_SPARE = ("95 %", "truncated", "no answer")
_NONE = "–"
_NOT_PASSED = ("error", "failed", "xfailed", "inconclusive")
_Row = tuple[str, ...]


def result_blocks(summary: RunSummary, *, every_subset: bool = False) -> list[Block]:
    """Return the table of results and the remarks.

    With `every_subset` a row has its model and its whole name. Without it the subsets are below their benchmark, and
    benchmarks below their model; subsets that passed may be left out.
    """
    results = counted(summary.results)
    groups = by_benchmark(results)
    rows = _all_rows(groups) if every_subset else _screen(groups)
    models = list(dict.fromkeys(result.model for result in results))
    title = "results" if summary.complete else "results (INCOMPLETE)"
    if summary.shard:
        title += f" of shard {summary.shard}"
    if len(models) == 1:
        title = f"{title} of {models[0]}"
    elif not every_subset:
        rows = [row for model in models for row in ((model,), *(row for row in rows if row[0] == model))]
    blocks: list[Block] = []
    if rows or not summary.leaderboards:
        blocks.append(_table(title, rows, with_models=every_subset and len(models) > 1))
    if summary.spending is not None:
        blocks.append(Note(lines=tuple(summary.spending.lines())))
    remarks = [*summary.remarks, *_own_judges(results), *_other_scales(results)]
    if remarks:
        blocks.append(Note(lines=tuple(f"remark: {remark}" for remark in remarks)))
    return blocks


def _table(title: str, rows: Sequence[_Row], *, with_models: bool) -> Table:
    """Return the table of results, without the columns that say nothing in any row."""
    full = [row for row in rows if len(row) == len(_HEADERS)]
    none = [name for name in _COUNTS if all(row[_HEADERS.index(name)] in ("0", "") for row in full)]
    gone = {name for name in _RARE if name in none} | (set() if with_models else {"model"})
    several = any(not row[_HEADERS.index("gate")] for row in full)  # rows of metrics beside the primary one
    optional = ("tokens", "requests", "seconds", *none, *(() if several else ("metric",)))
    kept = [at for at, name in enumerate(_HEADERS) if name not in gone]
    return Table(
        title=title,
        headers=tuple(_HEADERS[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) if len(row) == len(_HEADERS) else row[-1:] for row in rows),
        numbers=_NUMBERS,
        optional=tuple(name for name in optional if name not in gone),
        spare=_SPARE,
    )


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


def _screen(groups: Sequence[Sequence[Result]]) -> list[_Row]:
    """Return the rows of the terminal, with as many subsets as fit on a screen."""
    rows: list[_Row] = []
    for most in range(_MOST_SUBSETS, 0, -1):
        rows = [row for group in groups for row in _grouped(group, most)]
        if len(rows) <= _MOST_ROWS:
            break
    return rows


def _grouped(group: Sequence[Result], most: int) -> list[_Row]:
    """Return the rows of a benchmark as a whole and, below it, of its subsets: of those not passed, if not all fit."""
    if len(group) == 1:
        return _rows(group[0], name_of(group[0]))
    shown = [result for result in group if len(group) <= most or result.verdict in _NOT_PASSED]
    rows = _rows(overall(group), name_of(group[0], group), group)
    for result in shown[:most]:
        rows += _rows(result, f"  {result.subset}")
    more = len(shown) - most
    return [*rows, (group[0].model, f"  … {more} more did not pass")] if more > 0 else rows


def _all_rows(groups: Sequence[Sequence[Result]]) -> list[_Row]:
    rows: list[_Row] = []
    for group in groups:
        if len(group) > 1:
            rows += _rows(overall(group), name_of(group[0], group), group)
        rows += [row for result in group for row in _rows(result, name_of(result))]
    return rows


def _rows(result: Result, name: str, parts: Sequence[Result] = ()) -> list[_Row]:
    """Return a row of the primary metric, and one of each other that the test is about: without a gate of its own."""
    asserted = dict.fromkeys((*result.thresholds, *result.asserted))
    others = [metric for metric in asserted if metric != result.primary_metric]
    first = (
        result.model,
        name,
        _gate(result, parts),
        *_measured(result, result.primary_metric),
        str(unscored(result)),
        str(result.outcomes.get("no_answer", 0)),
        str(result.outcomes.get("truncated", 0)),
        _threshold(result, result.primary_metric),
        str(result.requests),
        _short(result.prompt_tokens + result.completion_tokens),
        f"{result.seconds:.1f}",
    )
    blank = (result.model, "", "")
    return [
        first,
        *((*blank, *_measured(result, one), "", "", "", _threshold(result, one), "", "", "") for one in others),
    ]


def _measured(result: Result, metric: str) -> _Row:
    """Return the cells of one metric: its name, value, interval and count."""
    estimate = result.metrics.get(metric)
    if estimate is None:
        return ("" if metric == result.primary_metric else metric, _NONE, _NONE, "0")
    half = (estimate.high - estimate.low) / 2
    least = result.thresholds.get(metric)
    missed = least is not None and not reaches(estimate.value, least)
    value = apart(estimate.value, least) if missed and least is not None else f"{estimate.value:.3f}"
    return (metric, f"{value} ± {half:.3f}", f"{estimate.low:.2f}–{estimate.high:.2f}", str(estimate.n))


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


def _threshold(result: Result, metric: str) -> str:
    least = result.thresholds.get(metric)
    return _NONE if least is None else shown(least)


def _short(count: int) -> str:
    """Return a count with at most three digits: 950, 12.3k, 1.2M."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= 0.9995 * size:  # 999,500 are 1M: in thousands they would have four digits
            return f"{count / size:.3g}{unit}"
    return str(count)
