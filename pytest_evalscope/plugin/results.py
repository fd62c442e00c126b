"""From scores to results: what reports and --junitxml show of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import Result, Scores, Verdict


def location_of(item: pytest.Item) -> str:
    """Return `path:line` of a test."""
    path, line, _ = item.location
    return f"{path}:{(line or 0) + 1}"


def result_of(
    case: Case,
    scores: Scores | None,
    *,
    verdict: Verdict,
    message: str,
    nodeid: str = "",
    location: str = "",
    thresholds: Mapping[str, float] | None = None,
) -> Result:
    """Return the result of one case; without scores it holds no metric."""
    made = result_of_job(case.job, scores, task_type=case.task_type, tags=case.tags, weight=case.declaration.weight)
    return replace(
        made,
        thresholds=thresholds or {},
        verdict=verdict,
        message=message,
        nodeid=nodeid,
        location=location,
    )


def properties_of(result: Result) -> list[tuple[str, object]]:
    """Return what pytest's own --junitxml shows of a gate."""
    made: list[tuple[str, object]] = [
        ("evalscope.benchmark", result.benchmark),
        ("evalscope.subset", result.subset),
        ("evalscope.model", result.model),
        ("evalscope.planned", result.planned),
        ("evalscope.weight", result.weight),
    ]
    for name, estimate in result.metrics.items():
        made += [
            (f"evalscope.{name}.value", round(estimate.value, 6)),
            (f"evalscope.{name}.low", round(estimate.low, 6)),
            (f"evalscope.{name}.high", round(estimate.high, 6)),
            (f"evalscope.{name}.stderr", round(estimate.stderr, 6)),
            (f"evalscope.{name}.n", estimate.n),
        ]
    made += [(f"evalscope.{name}.threshold", value) for name, value in result.thresholds.items()]
    made += [(f"evalscope.outcome.{name}", count) for name, count in result.outcomes.items()]
    return made
