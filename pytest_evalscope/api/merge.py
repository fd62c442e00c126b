"""Joining runs: shards of one plan, or runs of it that were cut off, become the run that they are parts of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.api.evaluation import Junit
from pytest_evalscope.errors import DataError, EvalscopeError, GateError, UsageError
from pytest_evalscope.gates import judge
from pytest_evalscope.reports import write_reports
from pytest_evalscope.reports.finish import run_summary
from pytest_evalscope.reports.levels import index_report, measures_of
from pytest_evalscope.run import RunFolder, Tally
from pytest_evalscope.run.composition import Composition, read_compositions, same, write_composition
from pytest_evalscope.run.facts import counting_job
from pytest_evalscope.run.joined import Part, Recorded, join, open_run, parts_of
from pytest_evalscope.run.manifest import write_manifest
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import IndexReport, Result, RunSummary
from pytest_evalscope.types.names import folder_name


def merge(runs: Iterable[str | Path], folder: str | Path, *, junit: Junit = "gates") -> RunSummary:
    """Join run folders into `folder`, which then holds what the run of the whole would have written.

    A sample that several runs asked is taken once: from the first that has a score for it. Nothing is asked and no data
    is read. Gates are pytest's: `pytest evals --eval-run-dir=FOLDER` holds them against the joined records.

    Args:
        runs: The run folders; they stay as they are.
        folder: Where the joined run is written; it must not hold anything yet.
        junit: What `reports/junit.xml` holds.

    Raises:
        UsageError: What is no run folder, runs that do not fit together (other data, parameters, prompts …), a shard
            that is missing, a `folder` that is in use.
        DataError: A broken file in a run folder.
    """
    opened = [open_run(Path(path)) for path in runs]
    if not opened:
        raise UsageError("merge: no run folder is named")
    target = _fresh(Path(folder))
    jobs = parts_of(opened)
    compositions = _compositions(opened)
    options = {**opened[0].manifest.get("options", {}), "shard": ""}
    target.create()
    results = [_joined(parts, target, float(options.get("max-errors") or 0)) for parts in jobs.values()]
    for made in compositions:
        write_composition(target, made)
    summary = run_summary(
        target.path,
        results,
        indexes=[index for made in compositions if (index := _index(made, results)) is not None],
        remarks=[remark for made in compositions for remark in made.remarks],
        complete=True,
        started=min(str(run.manifest.get("started", "")) for run in opened),
        seconds=sum(result.seconds for result in results),
    )
    try:
        write_reports(summary, junit=junit)
        write_manifest(target, "complete", started=summary.started, options=options, results=results)
    except OSError as error:
        raise EvalscopeError(f"merge: cannot be written ({target.path}: {error.strerror or error})") from error
    return summary


def _fresh(path: Path) -> RunFolder:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"merge: the folder is in use ({path}); an empty one, or the name of a new one, is taken")
    return RunFolder(path)


def _joined(parts: Sequence[Part], target: RunFolder, allowed: float) -> Result:
    """Join one job and return its result; one that cannot be counted here is an error of that result alone."""
    facts = parts[0].facts
    problem = ""
    try:
        tally = Tally(counting_job(facts))
    except DataError as error:
        problem = str(error).replace("\n", " ")
        # Without metrics of its own the records are joined and their marks counted, and nothing is computed of them.
        tally = Tally(counting_job(replace(facts, metrics={name: ["mean", name] for name in facts.values},
                                           primary_metric=facts.values[0])))  # fmt: skip
    join(parts, target, tally)
    told = [_told(part) for part in parts]
    made = result_of_job(tally.job, tally.scores())
    made = replace(
        made,
        expected=facts.expected,
        weight=float(told[0].get("weight", 1.0)),
        task_type=told[0].get("task_type", facts.task_type),
        tags=tuple(told[0].get("tags", facts.tags)),
        nodeid=_first(told, "test"),
        location=_first(told, "location"),
        seconds=sum(float(one.get("seconds", 0.0)) for one in told),
    )
    if problem:
        return replace(made, metrics={}, primary_metric=facts.primary_metric, verdict="error", message=problem)
    verdict, message = judge(made, {}, allowed, first_error=tally.first_error)
    return replace(made, verdict=verdict, message=message)


def _told(part: Part) -> Mapping[str, Any]:
    """Return what a run's own report says of the job: what its test declared, how long it took."""
    facts = part.facts
    path = part.run.folder.path / "reports" / folder_name(facts.model) / f"{folder_name(facts.benchmark)}.json"
    try:
        whole = orjson.loads(path.read_bytes())
        return {**whole, **whole["subsets"][facts.subset]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # it was cut off before its reports


def _first(told: Sequence[Mapping[str, Any]], name: str) -> str:
    return next((str(one[name]) for one in told if one.get(name)), "")


def _compositions(runs: Sequence[Recorded]) -> list[Composition]:
    """Return the indexes of the runs, each once. Raises UsageError for one that is not the same everywhere."""
    made: dict[tuple[str, str], tuple[Composition, Recorded]] = {}
    for run in runs:
        for one in read_compositions(run.folder):
            first, where = made.setdefault((one.name, one.model), (one, run))
            if not same(first, one):
                raise UsageError(
                    f"merge: index {one.name} of {one.model}: its samples or shares are not the same in {where} and "
                    f"{run}; runs of one plan can be joined"
                )
    return [one for one, _ in made.values()]


def _index(made: Composition, results: Sequence[Result]) -> IndexReport | None:
    own = [result for result in results if result.model == made.model]
    try:
        return index_report(made.name, made.model, *measures_of(made.members, own))
    except GateError:
        return None
