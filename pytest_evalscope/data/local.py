"""Rows that need no hub: literal ones, a file, a file of this package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pytest_evalscope.data.dataset import Part, Source
from pytest_evalscope.data.files import json_lines, read_file
from pytest_evalscope.errors import DataNotFound
from pytest_evalscope.types import Row


@dataclass(frozen=True, slots=True)
class Rows:
    """Literal rows, for a benchmark in a test file."""

    literal: Sequence[Row]
    few_shot: Sequence[Row] = ()
    subset: str = "default"

    @property
    def subsets(self) -> tuple[str, ...]:
        """The one subset."""
        return (self.subset,)

    def size(self, subset: str) -> int:
        """Return how many rows there are."""
        return len(self.literal)

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows as they stand."""
        yield from self.literal if part == "eval" else self.few_shot


@dataclass(frozen=True, slots=True)
class File:
    """Rows of one file of the user's: .jsonl, .jsonl.gz, .csv, .tsv or .parquet."""

    path: str | Path
    few_shot: str | Path = ""
    subset: str = "default"

    @property
    def subsets(self) -> tuple[str, ...]:
        """The one subset."""
        return (self.subset,)

    def size(self, subset: str) -> None:
        """Return None: the file says when it is read."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the file. Raises DataNotFound and DataError."""
        wanted = self.path if part == "eval" else self.few_shot
        if not wanted:
            return
        path = Path(wanted)
        if not path.is_file():
            raise DataNotFound(f"data file: there is none ({path})")
        yield from read_file(path)


@dataclass(frozen=True, slots=True)
class Packaged:
    """Rows of a JSONL file that ships in the wheel, by its path within `pytest_evalscope/benchmarks/`."""

    path: str
    """`{subset}` in it stands for the subset."""
    subsets: tuple[str, ...] = ("default",)
    rows: int | None = None
    """How many rows each subset has."""

    def size(self, subset: str) -> int | None:
        """Return how many rows a subset has."""
        return self.rows

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the subset's file; there are none for worked examples."""
        if part == "few_shot":
            return
        path = self.path.replace("{subset}", subset)
        with files("pytest_evalscope.benchmarks").joinpath(*path.split("/")).open("rb") as lines:
            yield from json_lines(lines, path)
