"""Blocks of a report, rendered for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_evalscope.reports.escape import markdown, one_line
from pytest_evalscope.text import neutralize_commands

_SHORTEST = 12
"""Columns of the terminal that a column of a table keeps when the table has to become narrower."""
_GAP = 2
_BREAKS = "/_-.:,"
"""Signs behind which a name may be broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. Cells are plain data and may contain anything; the renderers make them harmless.

    A row of a single cell spans the table: a heading. Blanks at the start of a row's first cell indent it.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str] = frozenset()
    """The headers of the columns that are aligned to the right."""
    optional: tuple[str, ...] = ()
    """The headers of columns that a narrow terminal goes without, the first to go first."""
    spare: tuple[str, ...] = ()
    """The headers of those that go after these, where the table is too wide even with its texts on several lines."""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A few sentences, one to a line."""

    lines: tuple[str, ...]
    title: str = ""


Block = Table | Note


def terminal_lines(blocks: Iterable[Block], width: int) -> list[str]:
    """Return the blocks as lines. Tables have at most `width` columns as far as broken names can bring that about."""
    made: list[str] = []
    for block in blocks:
        title = wrapped(one_line(block.title), width) if block.title else []
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
            full = ((*row, *[""] * (len(block.headers) - len(row))) for row in (block.headers, *block.rows))
            rows = [[markdown(cell) for cell in row] for row in full]
            body = [f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:])]
            body += ["", markdown(block.footer)] if block.footer else []
        made += ["", *title, *body]
    return made[1:]


def _rendered(table: Table, width: int) -> list[str]:
    shown = _narrowed(replace(table, rows=tuple(tuple(map(_cell, row)) for row in table.rows)), width)
    widths = _fitted(shown, width)
    numbers = [name in shown.numbers for name in shown.headers]
    lines = _laid_out(shown.headers, widths, numbers)
    lines.append((" " * _GAP).join("-" * each for each in widths))
    for row in shown.rows:
        lines += _laid_out(row, widths, numbers) if len(row) == len(widths) else _folded(row[0], width)
    return [*lines, *(wrapped(one_line(table.footer), width) if table.footer else ())]


def _cell(text: str) -> str:
    """Return a cell as one line that keeps its indentation."""
    return " " * (len(text) - len(text.lstrip(" "))) + one_line(text)


def _narrowed(table: Table, width: int) -> Table:
    """Return the table without as many of its columns as `width` needs: some before texts are broken, some after."""
    for name in table.optional:
        if sum(_natural(table)) <= _room(table, width):
            return table
        table = _without(table, name)
    for name in table.spare:
        if name in table.headers and sum(_fitted(table, width)) > _room(table, width):
            table = _without(table, name)
    return table


def _without(table: Table, name: str) -> Table:
    at = table.headers.index(name)
    rows = (row if len(row) == 1 else (*row[:at], *row[at + 1 :]) for row in table.rows)
    return replace(table, headers=(*table.headers[:at], *table.headers[at + 1 :]), rows=tuple(rows))


def _room(table: Table, width: int) -> int:
    return width - _GAP * (len(table.headers) - 1)


def _natural(table: Table) -> list[int]:
    """Return the width of each column where nothing is broken."""
    rows = [row for row in table.rows if len(row) == len(table.headers)]
    return [max(map(columns, column)) for column in zip(table.headers, *rows, strict=True)]


def _fitted(table: Table, width: int) -> list[int]:
    """Return the width of each column: of those with texts the widest gives way first, as far as it may."""
    widths = _natural(table)
    least = [
        natural if name in table.numbers else min(natural, max(_SHORTEST, columns(name)))
        for name, natural in zip(table.headers, widths, strict=True)
    ]
    for _ in range(sum(widths) - _room(table, width)):
        spare = [at for at, each in enumerate(widths) if each > least[at]]
        if not spare:
            break
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _laid_out(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> list[str]:
    """Return a row as lines: the names whole, on several lines where a column is narrower than they are."""
    first, *others = zip(row, widths, strict=True)
    cells = [_folded(*first), *(wrapped(text, width) for text, width in others)]
    return [(" " * _GAP).join(_padded(cells, line, widths, numbers)).rstrip() for line in range(max(map(len, cells)))]


def _padded(cells: Sequence[Sequence[str]], line: int, widths: Sequence[int], numbers: Sequence[bool]) -> Iterator[str]:
    for cell, width, number in zip(cells, widths, numbers, strict=True):
        text = cell[line] if line < len(cell) else ""
        blanks = " " * (width - columns(text))
        yield blanks + text if number else text + blanks


def _folded(text: str, width: int) -> list[str]:
    """Return an indented text as lines; those after the first are indented further."""
    indent = len(text) - len(text.lstrip(" "))
    first, *rest = wrapped(text[indent:], max(1, width - indent))
    if rest:
        rest = wrapped(text[indent + len(first) :].lstrip(" "), max(1, width - indent - _GAP))
    return [" " * indent + first, *(" " * (indent + _GAP) + line for line in rest)]


def columns(text: str) -> int:
    """Return the columns that one line takes: Chinese, Japanese and Korean characters take two, accents none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(text: str, width: int) -> list[str]:
    """Return one line as lines of at most `width` columns, at least one, with every character but blanks at breaks.

    It is broken at a blank or behind one of `/_-.:,` where a line has one, and elsewhere within a word.
    """
    lines: list[str] = []
    while columns(text) > width:
        most = fitting(text, width)
        blank = text.rfind(" ", 1, most + 1)
        at = max(blank, *(text.rfind(sign, 0, most) + 1 for sign in _BREAKS))
        at = at if at > 0 else most
        lines.append(text[:at].rstrip(" "))
        text = text[at:].lstrip(" ")
    return [*lines, text] if text or not lines else lines


def _columns(character: str) -> int:
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def fitting(text: str, width: int) -> int:
    """Return how many characters fit into `width` columns, at least one."""
    taken = 0
    for count, character in enumerate(text):
        taken += columns(character)
        if taken > width:
            return max(1, count)
    return len(text)
