"""Evaluating benchmarks and indexes: what every door but pytest calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pytest_evalscope.api.conduct import Conductor, Junit, Terminated, await_result, cut_off, end_on_sigterm
from pytest_evalscope.api.exits import end_as_broken
from pytest_evalscope.api.plan import AnyModel, Group, Plan, plan_of
from pytest_evalscope.api.progress import StreamProgress
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections.levels import index_of
from pytest_evalscope.errors import GateError
from pytest_evalscope.folder.indexes import Composition, write_composition
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.run import Run, Settings
from pytest_evalscope.run.indexes import Index
from pytest_evalscope.run.options import described
from pytest_evalscope.types import IndexReport, Result, RunSummary
from pytest_evalscope.types.names import JobKey, new_run_name


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM during a run. Samples scored until then are in `summary`, and its reports are written."""

    def __init__(self, summary: RunSummary) -> None:
        super().__init__()
        self.summary = summary


def evaluate(
    benchmarks: Iterable[str | Benchmark] = (),
    *,
    indexes: Iterable[Index] = (),
    models: Iterable[AnyModel] | Mapping[str, AnyModel] | None = None,
    settings: Settings | None = None,
    folder: Path | None = None,
    junit: Junit = "gates",
    progress: bool = True,
) -> RunSummary:
    """Send every sample to every model, score the completions, and write the run folder with its reports.

    A subset whose data cannot be read, or of whose samples more than `settings.max_errors` have no score, is a result
    with the verdict `error` and a message; the others go on. Nothing else is judged: thresholds are pytest's.

    Args:
        benchmarks: Names of the catalogue, or benchmarks of your own, whose every subset is run.
        indexes: Schemas, mixed sets, or paths of either. They may name the `benchmarks` that are not in the catalogue.
        models: Names, models or functions; name in reports → one of these, where other names are wanted. Left out:
            the settings' own. They are closed at the end.
        settings: The options of the run; the defaults, if left out.
        folder: The run folder, which is written over; left out: a fresh one in `settings.work_dir`.
        junit: The contents of `reports/junit.xml`.
        progress: Whether to write the progress of the run to stderr.

    Raises:
        UsageError: A name, option or file that is not accepted, or a `folder` that another run writes at this moment;
            nothing has been requested then.
        DataError: An index whose samples cannot be chosen.
        StorageError: Completions or records cannot be written.
        EvalscopeError: The reports cannot be written.
        Interrupted: Ctrl-C; it contains the summary of what was done.
    """
    settings = settings or Settings()
    plan = plan_of(benchmarks, indexes, settings.models if models is None else models, settings)
    return carry_out(plan, folder=folder, junit=junit, progress=progress)


def carry_out(plan: Plan, *, folder: Path | None = None, junit: Junit = "gates", progress: bool = True) -> RunSummary:
    """Run what `plan` contains. See `evaluate`."""
    target = RunFolder(folder or plan.settings.work_dir / new_run_name())
    options = described(plan.settings, {"index": plan.indexes})
    conductor = Conductor(target, plan.settings, options)
    conductor.begin(anew=True, latest=folder is None)
    with closing(conductor):
        for group in plan.groups:
            if group.index:
                write_composition(target, Composition(name=group.index, model=group.model, members=group.members))
        measured, interrupted, left_behind = _measure(plan, target, progress=progress)
        summary = conductor.summary(
            [result for one in measured for result in one.results],
            indexes=[one.index for one in measured if one.index is not None],
            remarks=[*plan.remarks, *filter(None, (*(one.remark for one in measured), left_behind))],
            complete=not interrupted,
            spending=conductor.spending(),
        )
        conductor.finish(summary, junit=junit)
    if interrupted:
        raise Interrupted(summary)
    return summary


def problems(summary: RunSummary) -> list[str]:
    """Return why a run is not to be trusted, a sentence each; empty when everything was measured."""
    made = [
        f"{result.benchmark}/{result.subset} of {result.model}: {result.message}"
        for result in summary.results
        if result.verdict == "error"
    ]
    made += [
        f"index {index.name} of {index.model}: no score for {', '.join(index.missing)}"
        for index in summary.indexes
        if index.missing
    ]
    if not summary.complete:
        made.append("the run was cut off: these numbers are not a result")
    return [one_line(sentence, 1000) for sentence in made]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """The results of one group."""

    results: tuple[Result, ...]
    index: IndexReport | None = None
    remark: str = ""


def _measure(plan: Plan, folder: RunFolder, *, progress: bool) -> tuple[list[_Measured], bool, str]:
    """Return the results of each group, whether a Ctrl-C ended it, and what code of the user's did not end then."""
    run = Run(plan.settings, folder, models=plan.models)
    line = StreamProgress(run, sys.stderr) if progress else None
    tick = None if line is None else line.tick
    jobs = list(plan.jobs)
    results: dict[JobKey, Result] = {}
    interrupted = False
    undo = (end_on_sigterm(), end_as_broken(1))
    try:
        run.submit(jobs)
        for job in jobs:
            results[job.key] = await_result(run, job, tick=tick)
    except KeyboardInterrupt as interruption:
        interrupted = True
        if not isinstance(interruption, Terminated):
            run.finish_in_flight()
    finally:
        for restore in undo:
            restore()
        run.close()
        if line is not None:
            line.end()
    if interrupted:
        results |= cut_off(run, jobs, results)
    return [_counted(group, results) for group in plan.groups], interrupted, run.left_behind


def _counted(group: Group, results: Mapping[JobKey, Result]) -> _Measured:
    """Return the group's results and, of an index, its five levels."""
    own = tuple(results[job.key] for job in group.jobs if job.key in results)
    if not group.index:
        return _Measured(results=own)
    try:
        return _Measured(results=own, index=index_of(group.index, group.model, group.members, own))
    except GateError as error:
        return _Measured(results=own, remark=f"{error.message} ({group.model})")
