"""The protocol of a data set, and the source of its rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from pytest_evalscope.types import Row

Part = Literal["eval", "few_shot"]
"""`eval`: the rows that are scored. `few_shot`: the rows that few-shot examples are taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Source of rows: a mirror, a hub, or what is on disk already, as the user's options say."""

    data_dir: Path | None = None
    """A mirror laid out as `<hub id>/<config>/<split>.{jsonl,jsonl.gz,csv,parquet}`, or `<hub id>` as downloaded from
    the hub; no hub is requested then."""
    hub: Literal["huggingface", "modelscope"] = "huggingface"
    offline: bool = False
    """Read only what was downloaded before."""
    most: int | None = field(default=None, compare=False)
    """Number of rows that will be read, at most: a hub may stream few rows of a large set. None: all of them."""


def default_source() -> Source:
    """Return where rows come from when nobody says: the mirror that EVALSCOPE_DATA_DIR names, else the hub."""
    mirror = os.environ.get("EVALSCOPE_DATA_DIR")
    return Source(data_dir=Path(mirror) if mirror else None)


class Dataset(Protocol):
    """Rows, divided into subsets. Reading is lazy: rows are made as they are consumed."""

    @property
    def subsets(self) -> tuple[str, ...]:
        """The names of the subsets, known without reading any data."""

    def size(self, subset: str) -> int | None:
        """Return how many rows the complete subset has; None when that is not known before reading."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of `subset` in the data's own order; nothing when it has no few-shot part.

        Raises DataNotFound (naming the id and every place tried) and DataError (naming file and line).
        """
