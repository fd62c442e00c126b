"""Evaluating benchmarks and indexes: what every door but pytest calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter
from typing import Literal

from pytest_evalscope.api.plan import AnyModel, Group, Plan, plan_of
from pytest_evalscope.api.progress import StreamProgress
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import Member
from pytest_evalscope.collections.levels import index_report, measures_of
from pytest_evalscope.errors import EvalscopeError, GateError, StorageError
from pytest_evalscope.folder.indexes import Composition, write_composition
from pytest_evalscope.folder.lock import claim
from pytest_evalscope.folder.manifest import write_manifest
from pytest_evalscope.gates import judge, shard_error
from pytest_evalscope.reports import write_reports
from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.reports.run_summary import run_summary
from pytest_evalscope.run import Job, Run, RunFolder, Settings
from pytest_evalscope.run.budget import spending_of
from pytest_evalscope.run.described import described
from pytest_evalscope.run.indexes import Index
from pytest_evalscope.run.results import result_of_job, result_of_member
from pytest_evalscope.types import IndexReport, Result, RunSummary, Scores
from pytest_evalscope.types.names import JobKey, new_run_name

CUT_OFF = "cut off before the end"
Junit = Literal["gates", "samples", "off"]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while samples were asked. What was marked until then is in `summary`, and its reports are written."""

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
    """Ask every model every sample, mark the replies, and write the run folder with its reports.

    A subset whose data cannot be read, or of whose samples more than `settings.max_errors` have no score, is a result
    with the verdict `error` and a message; the others go on. Nothing else is judged: thresholds are pytest's.

    Args:
        benchmarks: Names of the catalogue, or benchmarks of your own, whose every subset is asked.
        indexes: Schemas, mixed sets, or paths of either. They may name the `benchmarks` that are not in the catalogue.
        models: Names, models or functions; name in reports → one of these, where other names are wanted. Left out:
            the settings' own. They are closed at the end.
        settings: How; the defaults, if left out.
        folder: The run folder, which is written over; left out: a fresh one in `settings.work_dir`.
        junit: What `reports/junit.xml` holds.
        progress: Whether to say on stderr where the run stands.

    Raises:
        UsageError: A name, option or file that is not accepted, or a `folder` that another run writes at this moment;
            nothing has been asked then.
        DataError: An index whose samples cannot be drawn.
        StorageError: Replies or records cannot be written.
        EvalscopeError: The reports cannot be written.
        Interrupted: Ctrl-C; it holds the summary of what was done.
    """
    settings = settings or Settings()
    plan = plan_of(benchmarks, indexes, settings.models if models is None else models, settings)
    return carry_out(plan, folder=folder, junit=junit, progress=progress)


def carry_out(plan: Plan, *, folder: Path | None = None, junit: Junit = "gates", progress: bool = True) -> RunSummary:
    """Ask what `plan` says. See `evaluate`."""
    target = RunFolder(folder or plan.settings.work_dir / new_run_name())
    target.create()
    with closing(claim(target)):
        target.begin_anew()
        if folder is None:
            target.point_latest()
        return _carry_out(plan, target, junit=junit, progress=progress)


def _carry_out(plan: Plan, target: RunFolder, *, junit: Junit, progress: bool) -> RunSummary:
    options = {**described(plan.settings), "index": plan.indexes}
    started, clock = datetime.now(timezone.utc).isoformat(timespec="seconds"), perf_counter()
    write_manifest(target, "running", started=started, options=options)
    for group in plan.groups:
        if group.index:
            write_composition(target, Composition(name=group.index, model=group.model, members=group.members))
    measured, interrupted = _measure(plan, target, progress=progress)
    results = [result for one in measured for result in one.results]
    complete = not interrupted and all(result.complete for result in results)
    summary = run_summary(
        target.path,
        results,
        indexes=[one.index for one in measured if one.index is not None],
        remarks=[*plan.remarks, *(one.remark for one in measured if one.remark)],
        complete=complete,
        started=started,
        seconds=perf_counter() - clock,
        shard=plan.settings.shard,
        spending=spending_of(target, plan.settings),
    )
    try:
        write_reports(summary, junit=junit)
        status = "complete" if complete else "incomplete"
        write_manifest(target, status, started=started, options=options, results=results)
    except OSError as error:
        raise EvalscopeError(
            f"reports: cannot be written ({target.path}: {error.strerror or error})",
            hint="replies are cached: the same run elsewhere asks nothing again",
        ) from error
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
    """What came of one group."""

    results: tuple[Result, ...]
    index: IndexReport | None = None
    remark: str = ""


def _measure(plan: Plan, folder: RunFolder, *, progress: bool) -> tuple[list[_Measured], bool]:
    """Return what came of each group, and whether a Ctrl-C ended it."""
    run = Run(plan.settings, folder, models=plan.models)
    line = StreamProgress(run, sys.stderr) if progress else None
    results: dict[JobKey, Result] = {}
    interrupted = False
    try:
        run.submit(plan.jobs)
        for group in plan.groups:
            for job, member in group.pairs:
                results[job.key] = asked(run, job, member, tick=None if line is None else line.tick)
    except KeyboardInterrupt:
        interrupted = True
        run.finish_in_flight()
    finally:
        run.close()
        if line is not None:
            line.end()
    if interrupted:
        for group in plan.groups:
            for job, member in group.pairs:
                if job.key not in results and job.key in run.tallies and run.tallies[job.key].done:
                    results[job.key] = _cut_off(run, job, member)
    return [_counted(group, results) for group in plan.groups], interrupted


def asked(run: Run, job: Job, member: Member | None, *, tick: Callable[[], None] | None) -> Result:
    """Wait for a job and return its result; whatever keeps it from one is an error of that result alone."""
    try:
        scores = run.result(job, tick=tick)
    except StorageError:
        raise  # every later job would only say so again
    except Exception as error:  # noqa: BLE001  # reading data and a user's own metric may raise anything
        text = str(error).replace("\nhint:", "; hint:")
        if not isinstance(error, EvalscopeError):
            text = f"{type(error).__name__}: {text}"
        return replace(_result(job, member, None), verdict="error", message=" ".join(text.split())[:500])
    tally, allowed = run.tallies[job.key], run.settings.max_errors
    if job.shard is None:
        verdict, message = judge(scores, {}, allowed, first_error=tally.first_error)
    else:
        message = shard_error(scores, tally.whole or 0, allowed, first_error=tally.first_error)
        verdict = "error" if message else "none"
    return replace(_result(job, member, scores), verdict=verdict, message=message)


def _cut_off(run: Run, job: Job, member: Member | None) -> Result:
    tally = run.tallies[job.key]
    scores: Scores | None = None
    with suppress(Exception):  # a user's own metric over a part of the samples
        scores = tally.scores()
    return replace(_result(job, member, scores), message=CUT_OFF, complete=tally.finished)


def _result(job: Job, member: Member | None, scores: Scores | None) -> Result:
    return result_of_job(job, scores) if member is None else result_of_member(job, member, scores)


def _counted(group: Group, results: Mapping[JobKey, Result]) -> _Measured:
    """Return the group's results and, of an index, its five levels."""
    own = tuple(results[job.key] for job in group.jobs if job.key in results)
    if not group.index:
        return _Measured(results=own)
    measured, missing = measures_of(group.members, own)
    try:
        return _Measured(results=own, index=index_report(group.index, group.model, measured, missing))
    except GateError as error:
        return _Measured(results=own, remark=f"{error.message} ({group.model})")
