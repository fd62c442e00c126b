"""Two measurements of the same samples beside each other: values of `compare`, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.reports.samples import shown_sample
from pytest_evalscope.reports.table import Block, Note, Table, markdown_lines, terminal_lines
from pytest_evalscope.stats.paired import Difference
from pytest_evalscope.types import Record

Level = Literal["subset", "benchmark", "task", "tag", "index"]
ALPHA = 0.05
"""Level of p, adjusted for all benchmarks of a comparison, below which a difference is beyond chance."""
_NONE = "–"
_HEADERS = ("name", "value", "first", "second", "change", "95 %", "p", "lost", "gained", "pairs", "not paired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two measurements."""

    run: str
    """The path of its run folder."""
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One benchmark, or a group of them, on both sides."""

    level: Level
    name: str
    value: str
    """The value of each sample that is compared; of a group the word "mean"."""
    first: float | None
    """Mean over the pairs on the first side; None without pairs."""
    second: float | None
    difference: Difference | None
    """None without pairs."""
    adjusted: float | None = None
    """The p of the difference, adjusted for all benchmarks that are compared (Holm); of benchmarks only."""
    unscored: int = 0
    """Samples of both sides that have no score on one of them: they are in no pair."""
    only_first: int = 0
    """Samples that the second side has not."""
    only_second: int = 0

    @property
    def worse(self) -> bool:
        """True if the second side is lower, beyond chance."""
        return self._changed and self.difference is not None and self.difference.value < 0

    @property
    def better(self) -> bool:
        """True if the second side is higher, beyond chance."""
        return self._changed and self.difference is not None and self.difference.value > 0

    @property
    def _changed(self) -> bool:
        return self.adjusted is not None and self.adjusted < ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A sample whose value changed, as it is on both sides."""

    benchmark: str
    subset: str
    change: float
    first: Record
    second: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two measurements of the same samples."""

    first: Side
    second: Side
    rows: tuple[Compared, ...]
    flips: tuple[Flip, ...]
    """The samples that changed most, those that lost first."""
    differences: tuple[str, ...]
    """Settings that are not the same on both sides, a sentence each."""

    def of(self, level: Level) -> list[Compared]:
        """Return the rows of one level."""
        return [row for row in self.rows if row.level == level]


def comparison_blocks(made: Comparison, *, subsets: bool = False) -> list[Block]:
    """Return a comparison as blocks; `subsets` says whether each subset has a row."""
    sides = Note(lines=(f"first:  {_side(made.first)}", f"second: {_side(made.second)}"))
    blocks: list[Block] = [sides]
    if made.differences:
        blocks.append(Note(title="settings that differ", lines=made.differences))
    levels: list[tuple[Level, str]] = [("benchmark", "benchmarks"), ("task", "tasks"), ("tag", "tags")]
    if subsets:
        levels.insert(1, ("subset", "subsets"))
    for level, title in levels:
        rows = made.of(level)
        if level == "benchmark":
            rows += made.of("index")
        if rows:
            blocks.append(_table(title, rows))
    blocks += [*_flips("samples that lost", [flip for flip in made.flips if flip.change < 0])]
    blocks += [*_flips("samples that gained", [flip for flip in made.flips if flip.change > 0])]
    blocks.append(Note(lines=(verdict(made),)))
    return blocks


def text(comparisons: Sequence[Comparison], *, width: int, markdown: bool = False, subsets: bool = False) -> str:
    """Return comparisons as a terminal shows them, or as Markdown for the comment of a pull request."""
    blocks = [block for made in comparisons for block in comparison_blocks(made, subsets=subsets)]
    return "\n".join(markdown_lines(blocks) if markdown else terminal_lines(blocks, width))


def junit(comparisons: Sequence[Comparison]) -> str:
    """Return comparisons as JUnit XML: a suite for each, a case for each benchmark, failed where it got worse."""
    from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

    made = JUnitXml("evalscope")
    for one in comparisons:
        suite = TestSuite(one_line(f"{_side(one.first)} and {_side(one.second)}"))
        for row in one.of("benchmark"):
            case = TestCase(one_line(row.name), "evalscope.compare")
            cells = one_line(" ".join(f"{name} {cell}" for name, cell in zip(_HEADERS[1:], _row(row)[1:], strict=True)))
            if row.difference is None:
                case.result = [Skipped("no sample has a score on both sides")]
            elif row.worse:
                case.result = [Failure(cells, "worse")]
            case.system_out = cells
            suite.add_testcase(case)
        made.add_testsuite(suite)
    return str(made.tostring(), "utf-8")


def verdict(made: Comparison) -> str:
    """Return what a comparison comes to, in a sentence."""
    rows = made.of("benchmark")
    compared = [row for row in rows if row.difference is not None]
    worse, better = ([row.name for row in rows if getattr(row, name)] for name in ("worse", "better"))
    parts = [f"{word}: {', '.join(names)}" for word, names in (("worse", worse), ("better", better)) if names]
    count = f"{len(compared)} benchmark{'s' * (len(compared) != 1)}"
    if not compared:
        return "nothing to compare: no sample has a score on both sides"
    return f"{'; '.join(parts) or 'no difference beyond chance'} ({count}, 5 % level, Holm)"


def _side(side: Side) -> str:
    return f"{side.model} ({side.run})"


def _table(title: str, rows: Sequence[Compared]) -> Table:
    return Table(
        title=title,
        headers=_HEADERS,
        rows=tuple(_row(row) for row in rows),
        numbers=frozenset({"first", "second", "change", "p", "lost", "gained", "pairs", "not paired"}),
        optional=("value", "not paired") if any(map(_left_out, rows)) else ("not paired", "value"),
    )


def _row(row: Compared) -> tuple[str, ...]:
    made, shown_p = row.difference, row.adjusted
    if made is None or row.first is None or row.second is None:
        return (row.name, row.value, *[_NONE] * 7, "0", str(_left_out(row)))
    p = made.p if shown_p is None else shown_p
    return (
        row.name,
        row.value,
        f"{row.first:.3f}",
        f"{row.second:.3f}",
        f"{made.value:+.3f}",
        f"{made.low:+.3f} to {made.high:+.3f}",
        f"{p:.3f}" if p >= 0.001 else "<0.001",
        str(made.lost),
        str(made.gained),
        str(made.n),
        str(_left_out(row)),
    )


def _left_out(row: Compared) -> int:
    return row.unscored + row.only_first + row.only_second


def _flips(title: str, flips: Sequence[Flip]) -> Iterator[Block]:
    for number, flip in enumerate(flips):
        yield Note(title="" if number else title, lines=tuple(_flip_lines(flip)))


def _flip_lines(flip: Flip) -> Iterator[str]:
    first, second = shown_sample(flip.first, ""), shown_sample(flip.second, "")
    repeat = f" repeat {first.repeat}" if first.repeat else ""
    yield f"{first.benchmark}/{first.subset} {first.sample_id}{repeat}: {flip.change:+g}"
    yield f"prompt: {first.prompt}"
    yield f"target: {first.target}"
    for word, sample in (("first", first), ("second", second)):
        yield f"{word} answer {_NONE if sample.answer is None else sample.answer}: {sample.completion or ''}"
