"""Results of a run as the items' reports bring them in, in whatever process those ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_evalscope.arenas import Arena
    from pytest_evalscope.types import IndexReport, Result
    from pytest_evalscope.types.names import JobKey

_RANK = {"error": 5, "failed": 4, "xfailed": 3, "passed": 2, "none": 1, "skipped": 0}


@dataclass(slots=True)
class Gathered:
    """Results that reports have brought so far."""

    folder: Path
    """The run folder."""
    results: dict[JobKey, Result] = field(default_factory=dict)
    indexes: dict[str, IndexReport | None] = field(default_factory=dict)
    """Node id → index; None where nothing of it was measured."""
    arenas: dict[str, Arena] = field(default_factory=dict)
    """Node id → arena with battles."""
    remarks: list[str] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Take in a result; of several tests that gate one subset the worst counts, of a rerun the last."""
        key = (result.model, result.benchmark, result.subset)
        known = self.results.get(key)
        if known is None or known.nodeid == result.nodeid or _RANK[result.verdict] >= _RANK[known.verdict]:
            self.results[key] = result
