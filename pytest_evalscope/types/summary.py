"""A whole run as the reports see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_evalscope.types.result import Result

if TYPE_CHECKING:
    from pytest_evalscope.types.index import IndexReport
    from pytest_evalscope.types.leaderboard import Leaderboard
    from pytest_evalscope.types.spending import Spending


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Content of a report; samples stay on disk in `folder`."""

    folder: Path
    """The run folder, which holds predictions/ and reviews/ already."""
    results: tuple[Result, ...]
    indexes: tuple[IndexReport, ...] = ()
    """One per model and index."""
    leaderboards: tuple[Leaderboard, ...] = ()
    """Over all battles of the run; one per baseline."""
    complete: bool = True
    """False when the run was interrupted, stopped at a failure, or lost a worker."""
    started: str = ""
    """UTC, ISO 8601."""
    seconds: float = 0.0
    remarks: tuple[str, ...] = field(default=())
    """Sentences a reader must not miss: rows missing from the data, samples lost."""
    shard: str = ""
    """`3/8` when only this part of the samples was run."""
    redact: bool = False
    """True if reports show of prompts, completions and answers the lengths alone."""
    spending: Spending | None = None
    """Spending on requests; None unless the run has a budget or a price table."""
