"""From scores to results, which every report is made from."""

from __future__ import annotations

from dataclasses import replace

from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Result, Scores


def result_of_job(job: Job, scores: Scores | None) -> Result:
    """Return the result of one job, without an outcome of its gate; without scores it has no metric."""
    benchmark, declared = job.benchmark, job.declared
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
        task_type=benchmark.task_type if declared.task_type is None else declared.task_type,
        tags=benchmark.tags_of(job.subset) if declared.tags is None else declared.tags,
        weight=declared.weight,
        axes=benchmark.axes,
        nodeid=declared.test,
        location=declared.location,
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
        resized=scores.resized,
    )
