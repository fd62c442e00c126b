"""Rows of a data set on a hub, or of a local mirror of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_evalscope.data.dataset import Part, Source
from pytest_evalscope.data.files import read_file
from pytest_evalscope.errors import DataNotFound, UnknownName, UsageError
from pytest_evalscope.types import Row

MIRRORED = (".jsonl", ".jsonl.gz", ".csv", ".parquet", ".json")
"""The suffixes that a mirror is searched for, in this order."""

FETCH_HINT = "fetch it once with `pytest-evalscope prefetch`, or name a mirror with --eval-data-dir"
MIRROR_HINT = "where a mirror is named (--eval-data-dir, EVALSCOPE_DATA_DIR), no hub is requested: add what is missing"

_NAME = re.compile(r"\w[\w.,、+() -]*")


@dataclass(frozen=True, slots=True)
class Hub:
    """A data set on a hub: Hugging Face, or ModelScope where `Source.hub` says so.

    Where a mirror is named (`Source.data_dir`), it is all that is read: `<id>/<config>/<split>.jsonl`, or `<id>` as
    `hf download --local-dir` writes it. Otherwise what was downloaded before is read, or the hub itself, by its own
    package (`datasets`, `modelscope`). Never is a script of the data set run.
    """

    id: str
    """The name on the hub, `owner/name`."""
    config: str = "default"
    """The hub's name of the part that is read; `{subset}` in it is replaced by the subset's name."""
    split: str = "test"
    """The split that is scored; `{subset}` in it is replaced as in `config`."""
    few_shot_split: str = ""
    """The split of few-shot examples; empty: the data has none."""
    subsets: tuple[str, ...] = ()
    """The names of the subsets; empty: one subset, named like the config."""
    subset_field: str | Callable[[Row], str] = ""
    """The field that contains the subset of a row, where one file contains the rows of all (`a.b` is field b of field
    a); or a function of the row."""
    subset_prefix: str = ""
    """Prefix of the field's value in the subset's name: `Level ` where the row of `Level 3` says 3."""
    rows: int | Mapping[str, int] | None = field(default=None, hash=False)
    """Number of rows of the complete subset, or subset → number. Documentation only; fewer rows are no error."""
    revision: str = ""
    """The commit on Hugging Face; empty: the newest. (ModelScope has commits of its own; its newest is taken.)"""
    modelscope: str = ""
    """The id on ModelScope; empty: the same."""

    def __post_init__(self) -> None:
        if not self.subsets:
            if self.subset_field or "{subset}" in self.config + self.split:
                raise UsageError(f"data set {self.id}: subset_field is given, but no subsets; name them in subsets=")
            object.__setattr__(self, "subsets", (self.config,))
        named = [self.config, self.split, *([self.few_shot_split] if self.few_shot_split else [])]
        parts = [part.replace("{subset}", "subset") for part in named]
        for part in [*self.id.split("/"), *self.subsets, *parts]:
            # These become parts of a path: none may lead out of the data set's folder.
            if not _NAME.fullmatch(part) or ".." in part:
                raise UsageError(
                    f"data set {self.id}: not a name of a part ({part!r}); accepted: letters, digits and _ - ."
                )

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has; None when it is not known beforehand."""
        return self.rows.get(subset) if isinstance(self.rows, Mapping) else self.rows

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of `subset` in the data's own order; nothing when it has no few-shot part.

        Raises DataNotFound (naming the id and every place tried), DataError (naming file and line), UnknownName.
        """
        if subset not in self.subsets:
            raise UnknownName(f"subset of {self.id}", subset, self.subsets)
        split = self.split if part == "eval" else self.few_shot_split
        if not split:
            return
        config, split = (name.replace("{subset}", subset) for name in (self.config, split))
        for row in self._rows(config, split, source):
            if not self.subset_field or self._subset_of(row) == subset:
                yield row

    def _subset_of(self, row: Row) -> str:
        name = self.subset_field
        return f"{self.subset_prefix}{name(row) if callable(name) else _value(row, name)}"

    def file(self, name: str, source: Source) -> Path:
        """Return another file of the data set, such as the texts that rows refer to; in a mirror it may end in .gz.

        Raises DataNotFound, naming the id and every place tried.
        """
        if source.data_dir:
            beside = source.data_dir / self.id / name
            for path in (beside, beside.with_name(f"{beside.name}.gz")):
                if path.is_file():
                    return path
            raise self._absent(name, str(beside), MIRROR_HINT)
        from pytest_evalscope.data.remote import fetch_file

        try:
            return fetch_file(self._repository(source), name, **self._place(source))
        except DataNotFound as error:
            raise self._absent(name, error.message, error.hint) from None

    def _rows(self, config: str, split: str, source: Source) -> Iterator[Row]:
        if source.data_dir:
            for path in self._mirrored(config, split, source.data_dir):
                yield from read_file(path)
            return
        from pytest_evalscope.data.remote import rows

        # Where rows of one file are divided among subsets, no count of rows says how much of it is read.
        most = None if self.subset_field else source.most
        try:
            found = rows(self._repository(source), config, split, **self._place(source), most=most)
        except DataNotFound as error:
            raise self._absent(f"{split!r} of {config!r}", error.message, error.hint) from None
        yield from found

    def _mirrored(self, config: str, split: str, mirror: Path) -> list[Path]:
        """Return the files of a split in a mirror: in its own layout, or as the hub has them."""
        folder = mirror / self.id
        for suffix in MIRRORED:
            path = folder / config / f"{split}{suffix}"
            if path.is_file():
                return [path]
        tried = f"{folder / config / split}{{{','.join(MIRRORED)}}}"
        if folder.is_dir():
            from pytest_evalscope.data.layout import data_files, front_matter

            names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
            try:
                found = data_files(names, front_matter(folder / "README.md"), config, split)
            except DataNotFound as error:
                raise self._absent(f"{split!r} of {config!r}", f"{folder}: {error.message}", MIRROR_HINT) from None
            if found:
                return [folder / name for name in found]
            tried += f", and {folder} as a download of the hub's repository"
        raise self._absent(f"{split!r} of {config!r}", tried, MIRROR_HINT)

    def _repository(self, source: Source) -> str:
        return (self.modelscope or self.id) if source.hub == "modelscope" else self.id

    def _place(self, source: Source) -> dict[str, Any]:
        # ModelScope has commits of its own.
        revision = "" if source.hub == "modelscope" else self.revision
        return {"revision": revision, "hub": source.hub, "offline": source.offline}

    def _absent(self, what: str, tried: str, hint: str) -> DataNotFound:
        return DataNotFound(f"data set {self.id}: {what} not found; tried {tried}", hint=hint or FETCH_HINT)


def _value(row: Row, field: str) -> object:
    """Return the value of a field of a row, None without one."""
    value: object = row
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
