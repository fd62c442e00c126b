"""From scores to results: what reports and --junitxml show of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pytest_evalscope.collections import Member
from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.run import Job
from pytest_evalscope.types import Result, Scores, Verdict


def location_of(item: pytest.Item) -> str:
    """Return `path:line` of a test."""
    path, line, _ = item.location
    return f"{path}:{(line or 0) + 1}"


def result_of_member(job: Job, member: Member, scores: Scores) -> Result:
    """Return the result of one part of an index; no assertion is about it alone, so it has no verdict and no weight."""
    return _measured(job, scores, task_type=member.leaf.task_type, tags=member.leaf.tags, weight=0.0)


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
    made = _measured(case.job, scores, task_type=case.task_type, tags=case.tags, weight=case.declaration.weight)
    return replace(
        made,
        thresholds=thresholds or {},
        verdict=verdict,
        message=message,
        nodeid=nodeid,
        location=location,
    )


def _measured(job: Job, scores: Scores | None, *, task_type: str, tags: tuple[str, ...], weight: float) -> Result:
    benchmark = job.benchmark
    made = Result(
        benchmark=benchmark.name,
        version=benchmark.version,
        model=job.model,
        subset=job.subset,
        primary_metric=benchmark.primary_metric,
        metrics={},
        planned=job.planned or 0,
        outcomes={},
        expected=job.planned,
        title=benchmark.title,
        task_type=task_type,
        tags=tags,
        weight=weight,
    )
    if scores is None:
        return made
    return replace(
        made,
        metrics=scores.metrics,
        planned=scores.planned,
        outcomes=scores.outcomes,
        seconds=scores.seconds,
        requests=scores.requests,
        prompt_tokens=scores.prompt_tokens,
        completion_tokens=scores.completion_tokens,
        data_hash=scores.data_hash,
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
