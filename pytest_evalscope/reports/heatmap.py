"""Heat maps: the primary metric for each pair of two values that the scorer gives, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from xml.sax.saxutils import escape

from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.reports.table import Table
from pytest_evalscope.types import Record, Result, RunSummary

_WIDE, _HIGH, _MARGIN = 64, 28, 110
_WORST, _BEST = (247, 230, 205), (20, 92, 132)
"""Pale to dark, so that the picture reads without colours as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """The mean of one metric in each cell that has samples; columns and rows from the least value up."""

    result: Result
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: Mapping[tuple[float, float], float]
    """(column, row) → mean."""

    @property
    def title(self) -> str:
        """Its title, in one line."""
        across, down = self.result.axes
        return f"{self.result.primary_metric} of {self.result.benchmark}/{self.result.subset}: {down} by {across}"

    def table(self) -> Table:
        """Return the map as a table, a column for each value of the first axis."""
        headers = (self.result.axes[1], *(f"{column:g}" for column in self.columns))
        rows = tuple(
            (f"{row:g}", *(_shown(self.cells.get((column, row))) for column in self.columns)) for row in self.rows
        )
        model = f" ({self.result.model})"
        return Table(title=self.title + model, headers=headers, rows=rows, numbers=frozenset(headers))

    def svg(self) -> str:
        """Return the map as a picture."""
        width, height = _MARGIN + _WIDE * len(self.columns), _HIGH * (len(self.rows) + 3)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
            f'  viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" text-anchor="middle">',
            f"<title>{escape(one_line(self.title))}</title>",
            f'<rect width="{width}" height="{height}" fill="white"/>',
            f'<text x="8" y="18" text-anchor="start">{escape(one_line(f"{self.title}, {self.result.model}"))}</text>',
        ]
        for at, column in enumerate(self.columns):
            parts.append(_text(_MARGIN + _WIDE * at + _WIDE // 2, _HIGH + 18, f"{column:g}"))
        for down, row in enumerate(self.rows, start=2):
            parts.append(_text(_MARGIN // 2, _HIGH * down + 18, f"{row:g}"))
            for at, column in enumerate(self.columns):
                value = self.cells.get((column, row))
                if value is not None:
                    parts += _cell(_MARGIN + _WIDE * at, _HIGH * down, value)
        return "\n".join([*parts, "</svg>", ""])


def heat_maps(summary: RunSummary) -> list[HeatMap]:
    """Return a map for each result of a benchmark that has `axes`, from the records in the run folder."""
    folder = RunFolder(summary.folder)
    made = []
    for result in summary.results:
        if result.axes:
            cells = _cells(result, read_records(folder, result.model, result.benchmark, result.subset))
            columns, rows = (tuple(sorted({place[axis] for place in cells})) for axis in (0, 1))
            if cells:
                made.append(HeatMap(result=result, columns=columns, rows=rows, cells=cells))
    return made


def _cells(result: Result, records: Iterable[Record]) -> dict[tuple[float, float], float]:
    found: dict[tuple[float, float], list[float]] = {}
    across, down = result.axes
    for record in records:
        place = (record.values[across], record.values[down])
        found.setdefault(place, []).append(record.values[result.primary_metric])
    return {place: fsum(values) / len(values) for place, values in found.items()}


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _cell(x: int, y: int, value: float) -> list[str]:
    share = min(max(value, 0.0), 1.0)
    colour = ",".join(str(round(low + (high - low) * share)) for low, high in zip(_WORST, _BEST, strict=True))
    ink = "white" if share > 0.5 else "black"
    return [
        f'<rect x="{x}" y="{y}" width="{_WIDE - 1}" height="{_HIGH - 1}" fill="rgb({colour})"/>',
        _text(x + _WIDE // 2, y + 18, _shown(value), ink),
    ]


def _text(x: int, y: int, text: str, ink: str = "black") -> str:
    return f'<text x="{x}" y="{y}" fill="{ink}">{escape(text)}</text>'
