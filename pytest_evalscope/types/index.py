"""The weighted index of a run, at five levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types.estimate import Estimate, no_truth_value

__tracebackhide__ = True  # pytest shows the line of the test, and none of ours

LevelName = Literal["subset", "dataset", "task", "tag", "category"]
LEVELS: tuple[LevelName, ...] = ("subset", "dataset", "task", "tag", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One group of one level.

    micro: the mean over samples; macro: the mean over the subsets in the group; weighted: the mean with every
    sample weighing its leaf's share divided by the leaf's samples.
    """

    level: LevelName
    key: tuple[str, ...]
    """(task_type, dataset, subset), (task_type, dataset), (task,), (tag,), or the path of the category."""
    micro_avg: Estimate
    macro_avg: Estimate
    weighted_avg: Estimate
    count: int
    """Planned samples, the unscored ones included."""
    unscored: int = 0

    @property
    def name(self) -> str:
        """The group's own name: the last part of the key."""
        return self.key[-1]

    __bool__ = no_truth_value("a row of the index", 'a comparison, such as report.task["math"].micro_avg >= 0.5')


@dataclass(frozen=True, slots=True)
class IndexLevel:
    """The groups of one level, by name: `report.task["math"]`, `report.category["reasoning/math"]`."""

    level: LevelName
    rows: tuple[IndexRow, ...]

    def __getitem__(self, name: str | tuple[str, ...]) -> IndexRow:
        key = tuple(name.split("/")) if isinstance(name, str) else name
        found = [row for row in self.rows if row.key == key] or [row for row in self.rows if row.name == name]
        if len(found) != 1:
            raise UnknownName(f"{self.level} of the index", "/".join(key), ("/".join(row.key) for row in self.rows))
        return found[0]

    def __iter__(self) -> Iterator[IndexRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    __bool__ = no_truth_value("a level of the index", 'report.task["math"].micro_avg >= 0.5, or len(report.task) > 0')


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """Value of the fixture `report`: the index as a whole and its five levels."""

    name: str
    model: str
    weighted_avg: Estimate
    """The headline."""
    micro_avg: Estimate
    macro_avg: Estimate
    count: int
    unscored: int
    levels: Mapping[LevelName, IndexLevel]
    missing: tuple[str, ...] = ()
    """Leaves that should be in the index and have no score: while there are any, no gate on it can pass."""
    requested: bool = True
    """False for the index that the weights on tests make, where none is set and no gate is on it."""

    @property
    def subset(self) -> IndexLevel:
        """The subsets; key (task_type, dataset, subset)."""
        return self.levels["subset"]

    @property
    def dataset(self) -> IndexLevel:
        """The data sets; key (task_type, dataset)."""
        return self.levels["dataset"]

    @property
    def task(self) -> IndexLevel:
        """The task types."""
        return self.levels["task"]

    @property
    def tag(self) -> IndexLevel:
        """The tags; a sample with several tags counts in each."""
        return self.levels["tag"]

    @property
    def category(self) -> IndexLevel:
        """The groups of the schema, from the root down."""
        return self.levels["category"]

    __bool__ = no_truth_value("the report of an index", "a comparison, such as report.weighted_avg >= 0.5")
