"""Blocks of a report, rendered for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tabulate import tabulate

from pytest_evalscope.reports.escape import markdown, one_line
from pytest_evalscope.text import neutralize_commands

_SHORTEST = 12
"""Characters that a cell keeps when a table has to become narrower."""
_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. Cells are plain data and may contain anything; the renderers make them harmless."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()
    """The headers of the columns that are aligned to the right."""
    optional: tuple[str, ...] = ()
    """The headers of columns that a narrow terminal goes without, the first to go first."""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A few sentences, one to a line."""

    lines: tuple[str, ...]
    title: str = ""


Block = Table | Note


def terminal_lines(blocks: Iterable[Block], width: int) -> list[str]:
    """Return the blocks as lines, tables of at most `width` characters as far as shorter cells can bring that about."""
    made: list[str] = []
    for block in blocks:
        title = [one_line(block.title)] if block.title else []
        body = [one_line(line, 1000) for line in block.lines] if isinstance(block, Note) else _rendered(block, width)
        made += ["", *title, *body]
    return neutralize_commands("\n".join(made[1:])).split("\n") if made else []


def markdown_lines(blocks: Iterable[Block]) -> list[str]:
    """Return the blocks as lines of Markdown."""
    made: list[str] = []
    for block in blocks:
        title = [f"### {markdown(block.title)}", ""] if block.title else []
        if isinstance(block, Note):
            body = [f"- {markdown(line, 1000)}" for line in block.lines]
        else:
            rules = ["---:" if name in block.numbers else "---" for name in block.headers]
            rows = [[markdown(cell) for cell in row] for row in (block.headers, *block.rows)]
            body = [f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:])]
            body += ["", markdown(block.footer)] if block.footer else []
        made += ["", *title, *body]
    return made[1:]


def _rendered(table: Table, width: int) -> list[str]:
    shown = _narrowed(replace(table, rows=tuple(tuple(map(one_line, row)) for row in table.rows)), width)
    rule = ["-" * longest for longest in _widths(shown)]
    # Headers as a row like the others: tabulate would make their columns two characters wider than they need to be.
    text = tabulate(
        [shown.headers, rule, *shown.rows],
        tablefmt="plain",
        disable_numparse=True,
        colalign=["right" if name in shown.numbers else "left" for name in shown.headers],
    )
    return [*(line.rstrip() for line in text.splitlines()), *([one_line(table.footer)] if table.footer else [])]


def _narrowed(table: Table, width: int) -> Table:
    """Return the table without as many of its optional columns, and with as short names, as `width` needs."""
    for name in table.optional:
        if _width(table) <= width:
            return table
        at = table.headers.index(name)
        table = replace(
            table,
            headers=(*table.headers[:at], *table.headers[at + 1 :]),
            rows=tuple((*row[:at], *row[at + 1 :]) for row in table.rows),
        )
    for at, name in enumerate(table.headers):
        excess = _width(table) - width
        if excess > 0 and name not in table.numbers:
            longest = max(_SHORTEST, _widths(table)[at] - excess)
            table = replace(
                table, rows=tuple((*row[:at], _shortened(row[at], longest), *row[at + 1 :]) for row in table.rows)
            )
    return table


def _widths(table: Table) -> list[int]:
    return [max(map(len, column)) for column in zip(table.headers, *table.rows, strict=True)]


def _width(table: Table) -> int:
    return sum(_widths(table)) + _GAP * (len(table.headers) - 1)


def _shortened(text: str, longest: int) -> str:
    """Return `text` without its middle: names of models and subsets differ at their ends."""
    if len(text) <= longest:
        return text
    tail = longest // 2
    return f"{text[: longest - tail - 1]}…{text[len(text) - tail :]}"
