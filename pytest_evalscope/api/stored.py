"""Parts that merging and re-scoring share: reports over records that a run folder contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_evalscope.api.conduct import Junit, write_run
from pytest_evalscope.api.summary import summary_of
from pytest_evalscope.collections.levels import index_of
from pytest_evalscope.errors import DataError, GateError, UsageError
from pytest_evalscope.folder.indexes import Composition, write_composition
from pytest_evalscope.gates import judge
from pytest_evalscope.run import RunFolder, Tally
from pytest_evalscope.run.job_manifests import counting_job
from pytest_evalscope.run.merging import Part, declared_of, join
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import IndexReport, Result, RunSummary, Spending

NO_BATTLES = (
    "an arena's battles are left out; `pytest evals --eval-run-dir=FOLDER --eval-judge=…` compares the "
    "completions again, with verdicts from the cache where it has them"
)


def fresh(path: Path) -> RunFolder:
    """Return the folder that is written. Raises UsageError for one that is not empty."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"output: the folder is in use ({path}); accepted: an empty folder, or the name of a new one")
    return RunFolder(path)


def joined(parts: Sequence[Part], target: RunFolder, allowed: float) -> Result:
    """Join one job and return its result; one that cannot be counted here is an error of that result alone."""
    manifest = parts[0].manifest
    problem = ""
    try:
        tally = Tally(counting_job(manifest))
    except DataError as error:
        problem = " ".join(str(error).split())
        # The records are joined and their outcomes counted all the same; nothing is computed of their scores.
        means = {name: ["mean", name] for name in manifest.values}
        tally = Tally(counting_job(replace(manifest, metrics=means, primary_metric=manifest.values[0])))
    join(parts, target, tally)
    job = replace(tally.job, declared=declared_of(parts))
    made = replace(
        result_of_job(job, tally.scores()),
        expected=manifest.expected,
        seconds=sum(part.manifest.seconds for part in parts),
    )
    if problem:
        return replace(made, metrics={}, primary_metric=manifest.primary_metric, verdict="error", message=problem)
    verdict, message = judge(made, {}, allowed, first_error=tally.first_error)
    return replace(made, verdict=verdict, message=message)


def report(
    target: RunFolder,
    results: Sequence[Result],
    compositions: Sequence[Composition],
    *,
    options: Mapping[str, Any],
    started: str,
    junit: Junit,
    spending: Spending | None = None,
    remarks: Iterable[str] = (),
) -> RunSummary:
    """Write the reports of `target` and return its summary. Raises EvalscopeError where they cannot be written."""
    for made in compositions:
        write_composition(target, made)
    summary = summary_of(
        target.path,
        results,
        indexes=[index for made in compositions if (index := _index(made, results)) is not None],
        remarks=[*remarks, *(remark for made in compositions for remark in made.remarks)],
        complete=all(result.complete for result in results),
        started=started,
        seconds=sum(result.seconds for result in results),
        spending=spending,
    )
    write_run(summary, target, options=options, junit=junit)
    return summary


def _index(made: Composition, results: Sequence[Result]) -> IndexReport | None:
    try:
        return index_of(made.name, made.model, made.members, results)
    except GateError:
        return None
