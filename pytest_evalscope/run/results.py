"""From scores to results: what every report is made from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Result, Scores

if TYPE_CHECKING:
    from pytest_evalscope.collections import Member


def result_of_job(
    job: Job,
    scores: Scores | None,
    *,
    task_type: str | None = None,
    tags: tuple[str, ...] | None = None,
    weight: float = 1.0,
) -> Result:
    """Return the result of one job, without a verdict; without scores it holds no metric.

    Task type and tags are the benchmark's own where nothing else is said.
    """
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
        task_type=benchmark.task_type if task_type is None else task_type,
        tags=benchmark.tags if tags is None else tags,
        weight=weight,
        axes=benchmark.axes,
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
        judges=scores.judges,
        agreement=scores.agreement,
    )


def result_of_member(job: Job, member: Member, scores: Scores | None) -> Result:
    """Return the result of one part of an index: it has no weight of its own in the index of the run."""
    return result_of_job(job, scores, task_type=member.leaf.task_type, tags=member.leaf.tags, weight=0.0)
