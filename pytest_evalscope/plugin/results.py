"""From the scores of an item to its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import GateOutcome, Result, Scores


def location_of(item: pytest.Item) -> str:
    """Return `path:line` of a test."""
    path, line, _ = item.location
    return f"{path}:{(line or 0) + 1}"


def declared(result: Result, case: Case) -> Result:
    """Return a result with what its test declared: group, tags and weight in the index of the run."""
    return replace(result, task_type=case.task_type, tags=case.tags, weight=case.declaration.weight)


def result_of(
    case: Case,
    scores: Scores | None,
    *,
    verdict: GateOutcome,
    message: str,
    nodeid: str = "",
    location: str = "",
    thresholds: Mapping[str, float] | None = None,
) -> Result:
    """Return the result of one case; without scores it has no metric."""
    return replace(
        declared(result_of_job(case.job, scores), case),
        thresholds=thresholds or {},
        verdict=verdict,
        message=message,
        nodeid=nodeid,
        location=location,
    )
