"""The weighted index as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_evalscope.reports.table import Block, Note, Table
from pytest_evalscope.types import LEVELS, Estimate, IndexLevel, IndexReport, IndexRow, LevelName

_KEYS: dict[LevelName, tuple[str, ...]] = {
    "subset": ("task_type", "dataset_name", "subset_name"),
    "dataset": ("task_type", "dataset_name"),
    "task": ("task_type",),
    "tag": ("tags",),
}
_AVERAGES = ("micro_avg", "macro_avg", "weighted_avg")
_UNSCORED = "unscored"


def index_blocks(report: IndexReport, *, most_rows: int | None = None) -> list[Block]:
    """Return the headline of an index and a table per level that has rows, at most `most_rows` of each."""
    name = f"{report.name} of {report.model}"
    lines = [
        f"weighted_avg {_numbers(report.weighted_avg)}",
        f"micro_avg {_cell(report.micro_avg)}, macro_avg {_cell(report.macro_avg)}",
    ]
    if report.unscored:
        lines.append(f"{report.unscored} of {report.count} samples have no score and count 0")
    if report.missing:
        lines.append(f"INCOMPLETE: no score for {', '.join(report.missing)}")
    blocks: list[Block] = [Note(title=name, lines=tuple(lines))]
    tables = [_table(report, report.levels[level], most_rows) for level in LEVELS if len(report.levels.get(level, ()))]
    return blocks + tables


def index_line(report: IndexReport) -> str:
    """Return an index that nobody requested in one line."""
    lost = f"; INCOMPLETE: no score for {', '.join(report.missing)}" if report.missing else ""
    return f"{report.name} of {report.model}: {_numbers(report.weighted_avg)}{lost}"


def index_content(report: IndexReport) -> dict[str, Any]:
    """Return an index as JSON types; each average comes with its standard error and 95 % interval."""
    return {
        "name": report.name,
        "model": report.model,
        "complete": not report.missing,
        "missing": list(report.missing),
        "headline": {
            "weighted_avg": report.weighted_avg.value,
            "stderr": report.weighted_avg.stderr,
            "low": report.weighted_avg.low,
            "high": report.weighted_avg.high,
            "detectable": report.weighted_avg.detectable,
            "count": report.count,
            _UNSCORED: report.unscored,
        },
        **_average("micro_avg", report.micro_avg),
        **_average("macro_avg", report.macro_avg),
        "levels": {
            level: [_row_content(row, keys_of(level, report.levels[level])) for row in report.levels[level]]
            for level in LEVELS
            if level in report.levels
        },
    }


def keys_of(name: LevelName, level: IndexLevel) -> tuple[str, ...]:
    """Return the names of a level's key columns; categories have as many as their longest path."""
    if name == "category":
        return tuple(f"category{depth}" for depth in range(max((len(row.key) for row in level), default=1)))
    return _KEYS[name]


def _averages(level: LevelName) -> tuple[str, ...]:
    """Return the averages of a level: those of a single subset are all the same."""
    return _AVERAGES[:1] if level == "subset" else _AVERAGES


def _padded(row: IndexRow, keys: Sequence[str]) -> tuple[str, ...]:
    return (*row.key, *[""] * (len(keys) - len(row.key)))


def _row_content(row: IndexRow, keys: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = dict(zip(keys, _padded(row, keys), strict=True))
    for name in _averages(row.level):
        made |= _average(name, getattr(row, name))
    return {**made, "count": row.count, _UNSCORED: row.unscored}


def _average(name: str, estimate: Estimate) -> dict[str, float]:
    return {
        name: estimate.value,
        f"{name}_stderr": estimate.stderr,
        f"{name}_low": estimate.low,
        f"{name}_high": estimate.high,
    }


def _table(report: IndexReport, level: IndexLevel, most_rows: int | None) -> Table:
    keys, averages = keys_of(level.level, level), _averages(level.level)
    lost = (_UNSCORED,) if report.unscored else ()
    shown = level.rows[:most_rows]
    more = len(level) - len(shown)
    return Table(
        title=f"{report.name} of {report.model}: {level.level}",
        headers=(*keys, *averages, "count", *lost),
        rows=tuple(
            (
                *_padded(row, keys),
                *(_cell(getattr(row, name)) for name in averages),
                str(row.count),
                *(str(row.unscored) for _ in lost),
            )
            for row in shown
        ),
        numbers=frozenset({*averages, "count", _UNSCORED}),
        footer=f"… and {more} more" if more else "",
    )


def _cell(estimate: Estimate) -> str:
    return f"{estimate.value:.4f} ± {(estimate.high - estimate.low) / 2:.3f}"


def _numbers(estimate: Estimate) -> str:
    return f"{_cell(estimate)} (95 % {estimate.low:.2f}–{estimate.high:.2f}, n={estimate.n})"
