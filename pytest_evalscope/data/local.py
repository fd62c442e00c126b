"""Rows that need no hub: literal ones, the user's own files, a file of this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pytest_evalscope.data.dataset import Part, Source
from pytest_evalscope.data.files import json_lines, read_rows
from pytest_evalscope.errors import DataNotFound, UnknownName, UsageError
from pytest_evalscope.types import Row


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Literal rows, for a benchmark in a test file: a list of them, or subset → list."""

    literal: Sequence[Row] | Mapping[str, Sequence[Row]]
    few_shot: Sequence[Row] = ()
    """The rows that few-shot examples are taken from, shared by all subsets."""

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets; `default` for a plain list."""
        return tuple(self._by_subset)

    def size(self, subset: str) -> int:
        """Return how many rows the subset has."""
        return len(self._rows(subset))

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows unchanged. Raises UnknownName."""
        return iter(self._rows(subset) if part == "eval" else self.few_shot)

    @property
    def _by_subset(self) -> Mapping[str, Sequence[Row]]:
        return self.literal if isinstance(self.literal, Mapping) else {"default": self.literal}

    def _rows(self, subset: str) -> Sequence[Row]:
        try:
            return self._by_subset[subset]
        except KeyError:
            raise UnknownName("subset of literal rows", subset, self._by_subset) from None


@dataclass(frozen=True, slots=True)
class File:
    """Rows of the user's own files: .jsonl, .jsonl.gz, .json, .csv, .tsv or .parquet.

    `{subset}` in a path is replaced by the subset's name: `File("data/{subset}.jsonl", subsets=("easy", "hard"))`.
    A path that is not absolute is taken from the working directory.
    """

    path: str | Path
    few_shot: str | Path = ""
    """The file of few-shot examples; empty: the data has none."""
    subsets: tuple[str, ...] = ("default",)

    def size(self, subset: str) -> int | None:
        """Return None: only the file says how many rows it has."""
        return None

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the subset's file. Raises DataNotFound, DataError (naming file and line), UnknownName."""
        if subset not in self.subsets:
            raise UnknownName(f"subset of {self.path}", subset, self.subsets)
        wanted = str(self.path if part == "eval" else self.few_shot)
        if not wanted:
            return iter(())
        path = Path(wanted.replace("{subset}", subset))
        if not path.is_file():
            raise DataNotFound(f"data file not found: {path} (looked for in {Path.cwd()})")
        return read_rows(path)


@dataclass(frozen=True, slots=True)
class Packaged:
    """Rows of a JSON Lines file that ships with this package."""

    path: str
    """Relative to `pytest_evalscope/benchmarks/`: `smoke/words.jsonl`; `{subset}` is replaced by the subset's name."""
    subsets: tuple[str, ...] = ("default",)

    def __post_init__(self) -> None:
        if ".." in self.path.split("/") or self.path.startswith("/") or not self.path.endswith(".jsonl"):
            raise UsageError(
                f"packaged data: not a path within the package ({self.path!r}); accepted: such as smoke/words.jsonl"
            )

    def size(self, subset: str) -> int:
        """Return how many rows the subset has."""
        return sum(1 for _ in self.read(subset, source=Source()))

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the subset's file; it has no few-shot part. Raises DataNotFound, DataError, UnknownName."""
        if subset not in self.subsets:
            raise UnknownName(f"subset of {self.path}", subset, self.subsets)
        if part == "few_shot":
            return
        path = self.path.replace("{subset}", subset)
        place = files("pytest_evalscope.benchmarks").joinpath(*path.split("/"))
        try:
            with place.open("rb") as lines:
                yield from json_lines(lines, path)
        except FileNotFoundError:
            raise DataNotFound(f"packaged data file not found: {path} (the installation is incomplete)") from None
