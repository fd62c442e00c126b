"""A folder of the user's own files, one per subset, laid out as EvalScope reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_evalscope.data import Part, Source
from pytest_evalscope.data.files import SUFFIXES, read_rows
from pytest_evalscope.errors import DataNotFound, UsageError
from pytest_evalscope.types import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files `<subset>_<split>.<suffix>` or `<subset>.<suffix>` in a folder; a file by itself is the subset `default`.

    Suffixes: .jsonl, .jsonl.gz, .csv, .tsv, .parquet. Few-shot examples are in `<subset>_<few_shot_split>.<suffix>`.
    """

    path: Path | None
    """The folder or file; None: not named yet, so that reading it says how to name it."""
    names: tuple[str, ...] = ()
    """The subsets; left empty: every one that the folder has a file of."""
    split: str
    few_shot_split: str = ""

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets, in alphabetical order unless they were given. Raises DataNotFound for none."""
        if self.names:
            return self.names
        if self.path is None or self.path.is_file():
            return ("default",)
        stems = {_stem(path) for path in self.path.glob("*") if path.is_file()} - {""}
        if self.few_shot_split:
            stems = {stem for stem in stems if not stem.endswith(f"_{self.few_shot_split}")}
        found = {stem.removesuffix(f"_{self.split}") for stem in stems}
        if not found:
            raise DataNotFound(
                f"{self.path}: no data file; one is named <subset>_{self.split} or <subset>, "
                f"with the suffix {', '.join(SUFFIXES)}"
            )
        return tuple(sorted(found))

    def size(self, subset: str) -> None:
        """Return None: the file says when it is read."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of the subset's file. Raises DataNotFound naming every file tried."""
        if part == "eval":
            yield from read_rows(self._file(subset, (f"{subset}_{self.split}", subset)))
        elif self.few_shot_split:
            yield from read_rows(self._file(subset, (f"{subset}_{self.few_shot_split}",)))

    def _file(self, subset: str, stems: tuple[str, ...]) -> Path:
        if self.path is None:
            raise UsageError(
                "custom data: no folder is named (nothing was given); name one by local_path or the first argument"
            )
        if self.path.is_file():
            return self.path
        tried = [self.path / f"{stem}{suffix}" for suffix in SUFFIXES for stem in stems]
        for path in tried:
            if path.is_file():
                return path
        raise DataNotFound(f"{self.path}: no file of the subset {subset!r}; tried {', '.join(p.name for p in tried)}")


def _stem(path: Path) -> str:
    for suffix in SUFFIXES:
        if path.name.endswith(suffix):
            return path.name.removesuffix(suffix)
    return ""
