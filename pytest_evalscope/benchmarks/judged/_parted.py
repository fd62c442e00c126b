"""Rows of one file in subsets that are computed from the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_evalscope.data import Hub, Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The rows of a data set, each in the subset that `subset_of` tells."""

    rows: Hub
    subsets: tuple[str, ...]
    subset_of: Callable[[Row], str]

    @property
    def id(self) -> str:
        """The name on the hub."""
        return self.rows.id

    def size(self, subset: str) -> None:
        """Return None: how the rows divide is not known beforehand."""

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows of one subset. Raises as a hub's data does, and UnknownName."""
        if subset not in self.subsets:
            raise UnknownName(f"subset of {self.id}", subset, self.subsets)
        rows = self.rows.read(self.rows.config, part=part, source=source)
        yield from (row for row in rows if self.subset_of(row) == subset)
