"""Rows of a data set on a hub, or of a local mirror of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_evalscope.data.dataset import Part, Source
from pytest_evalscope.data.files import read_file
from pytest_evalscope.errors import DataNotFound
from pytest_evalscope.types import Row

MIRRORED = (".jsonl", ".jsonl.gz", ".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Hub:
    """A data set on a hub."""

    id: str
    config: str = "default"
    """The hub's name of the part that is read; `{subset}` in it stands for the subset."""
    split: str = "test"
    few_shot_split: str = ""
    subsets: tuple[str, ...] = ()
    """Left empty: one subset, named like the config."""
    subset_field: str = ""
    """The field that tells the subset of a row, when one file holds the rows of all."""
    rows: int | Mapping[str, int] | None = field(default=None, hash=False)
    """How many rows the complete subset has, or subset → how many."""
    revision: str = ""
    modelscope: str = ""
    """The id on ModelScope; left empty: the same."""

    def __post_init__(self) -> None:
        if not self.subsets:
            object.__setattr__(self, "subsets", (self.config,))

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has."""
        return self.rows.get(subset) if isinstance(self.rows, Mapping) else self.rows

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of `subset`."""
        split = self.split if part == "eval" else self.few_shot_split
        if not split:
            return
        config = self.config.replace("{subset}", subset)
        tried = []
        if source.data_dir:
            for suffix in MIRRORED:
                path = source.data_dir / self.id / config / f"{split}{suffix}"
                if path.is_file():
                    for row in read_file(path):
                        if not self.subset_field or row.get(self.subset_field) == subset:
                            yield row
                    return
                tried.append(str(path))
        raise DataNotFound(
            f"{self.id}: no data found; tried {', '.join(tried) or 'no place'}",
            hint="pytest-evalscope prefetch, or name a mirror with --eval-data-dir",
        )
