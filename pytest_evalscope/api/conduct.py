"""Conducting a run, whichever front door it comes through: waiting for jobs, and from its folder to its reports."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from sqlite3 import Connection
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from pytest_evalscope.api.summary import summary_of
from pytest_evalscope.errors import EvalscopeError, StorageError, UsageError, one_line, outcome_of
from pytest_evalscope.folder.lock import claim
from pytest_evalscope.folder.manifest import PATH as MANIFEST
from pytest_evalscope.folder.manifest import write_manifest
from pytest_evalscope.folder.paths import RunFolder, refuse_one_file
from pytest_evalscope.gates import coverage_error, shard_error
from pytest_evalscope.reports import write_reports
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types.result import counted

if TYPE_CHECKING:
    from pytest_evalscope.run import Job, Run, Settings
    from pytest_evalscope.types import IndexReport, Leaderboard, Result, RunSummary, Scores, Spending
    from pytest_evalscope.types.names import JobKey

Tick = Callable[[], None] | None
"""A function that is called again and again while a job is awaited."""
Junit = Literal["gates", "samples", "off"]
"""The contents of `reports/junit.xml`."""
CUT_OFF = "cut off before the end"


class Terminated(KeyboardInterrupt):
    """SIGTERM: it ends a run as Ctrl-C does, but there is no time to wait for what is in flight."""


def end_on_sigterm() -> Callable[[], None]:
    """Have SIGTERM, which CI services and containers send, raise `Terminated`; return a function that undoes it.

    Does nothing where the process has a handler of its own, and outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return lambda: None
    signal.signal(signal.SIGTERM, _terminate)
    return _restore_sigterm


def _terminate(*_: object) -> None:
    # A worker may get it from the service and from its controller: the second must not end the writing of records.
    signal.signal(signal.SIGTERM, _go_on)
    raise Terminated("SIGTERM")


def _go_on(*_: object) -> None:
    """Let the run end as it does already."""


def _restore_sigterm() -> None:
    if signal.getsignal(signal.SIGTERM) in (_terminate, _go_on):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def await_scores(run: Run, job: Job, *, tick: Tick = None) -> tuple[Scores, str]:
    """Wait for a job; return its scores, and why the gate is not computed from them, empty when it may be.

    Of a shard that is why the gate of the whole is lost already. Raises as `Run.result` does.
    """
    scores = run.result(job, tick=tick)
    tally, allowed = run.tallies[job.key], run.settings.max_errors
    if job.shard is not None:
        return scores, shard_error(scores, tally.whole or 0, allowed, first_error=tally.first_error)
    return scores, coverage_error(scores, allowed, first_error=tally.first_error)


def await_result(run: Run, job: Job, *, tick: Tick = None) -> Result:
    """Wait for a job and return its result; whatever keeps it from scores is an error of that result alone.

    Raises StorageError, which every later job would only repeat.
    """
    try:
        scores, problem = await_scores(run, job, tick=tick)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001  # reading data and a user's own metric may raise anything
        return replace(result_of_job(job, None), verdict="error", message=one_line(error))
    return replace(result_of_job(job, scores), verdict="error" if problem else "none", message=problem)


def cut_off(run: Run, jobs: Iterable[Job], seen: Collection[JobKey]) -> dict[JobKey, Result]:
    """Return results for those of `jobs` that have records but no result among `seen`: the run was cut off."""
    made = {}
    for job in jobs:
        tally = run.tallies.get(job.key)
        if tally is not None and tally.done and job.key not in seen:
            scores: Scores | None
            scores, _ = outcome_of(tally.scores)  # a user's own metric over a part of the samples
            result = replace(result_of_job(job, scores), message=CUT_OFF, complete=tally.finished)
            made[job.key] = result
    return made


def refuse_clashes(jobs: Iterable[tuple[Job, str]], *, hint: str = "") -> None:
    """Raise UsageError where two jobs share a name and are not the same: files and reports go by the name.

    Each job comes with who declares it.
    """
    known: dict[JobKey, tuple[Job, str]] = {}
    for job, owner in jobs:
        first, first_owner = known.setdefault(job.key, (job, owner))
        if first.way != job.way:
            raise UsageError(
                f"{job.benchmark.name}: {first_owner} and {owner} run it in two ways under one name", hint=hint
            )
    refuse_one_file(known)


class Conductor:
    """One run on disk, from its claim on the folder to its reports."""

    def __init__(self, folder: RunFolder, settings: Settings, options: Mapping[str, str | Sequence[str]]) -> None:
        self.folder = folder
        self.started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        """UTC, ISO 8601."""
        self._settings = settings
        self._options = options
        self._clock = perf_counter()
        self._claim: Connection | None = None

    def begin(self, *, anew: bool = False, latest: bool = True) -> None:
        """Make and claim the folder and write its manifest.

        Args:
            anew: Whether the files of an earlier run in this folder are removed.
            latest: Whether the link `latest` is to point at it.

        Raises:
            UsageError: The folder cannot be made, or another run writes there.
            StorageError: The manifest cannot be written.
        """
        self.folder.create()
        self._claim = claim(self.folder)
        try:
            if anew:
                self.folder.begin_anew()
            self.write_status("running")
        except BaseException:
            self.close()
            raise
        if latest:
            self.folder.point_latest()

    def write_status(self, status: str, results: Iterable[Result] = ()) -> None:
        """Write the manifest. Raises StorageError."""
        write_manifest(self.folder, status, started=self.started, options=self._options, results=results)

    def summary(
        self,
        results: Sequence[Result],
        *,
        indexes: Iterable[IndexReport] = (),
        leaderboards: Iterable[Leaderboard] = (),
        remarks: Iterable[str] = (),
        complete: bool = True,
        spending: Spending | None = None,
        gated: bool = False,
    ) -> RunSummary:
        """Return the run as its reports show it; it is complete if every result is, and `complete` says so.

        `gated` says whether a gate is on the index that the weights make.
        """
        return summary_of(
            self.folder.path,
            results,
            indexes=indexes,
            leaderboards=leaderboards,
            remarks=remarks,
            complete=complete and all(result.complete for result in counted(results)),
            started=self.started,
            seconds=perf_counter() - self._clock,
            shard=self._settings.shard,
            spending=spending,
            gated=gated,
        )

    def spending(self) -> Spending | None:
        """Return what the run has spent; None where nothing is counted."""
        if not self._settings.counts_spending:
            return None
        from pytest_evalscope.run.budget import spending_of

        return spending_of(self.folder, self._settings)

    def finish(self, summary: RunSummary, *, junit: Junit, junit_properties: bool = True) -> None:
        """Write the reports and the last manifest.

        Raises EvalscopeError where they cannot be written, or what the run has written is gone.
        """
        self.require_records(summary.results)
        write_run(summary, self.folder, options=self._options, junit=junit, junit_properties=junit_properties)

    def require_records(self, results: Iterable[Result]) -> None:
        """Raise StorageError where the folder, or records in it, were removed during the run."""
        written = (self.folder.file("reviews", *key) for key in _with_records(results))
        gone = next((path for path in (self.folder.path / MANIFEST, *written) if not path.exists()), None)
        if gone is not None:
            raise StorageError(
                f"run folder: a file of this run is gone ({gone}); accepted: a folder that nobody removes meanwhile",
                hint="completions are in the cache: the same command requests nothing again",
            )

    def close(self) -> None:
        """Give the folder up."""
        if self._claim is not None:
            self._claim.close()
            self._claim = None


def _with_records(results: Iterable[Result]) -> Iterator[JobKey]:
    """Yield the keys of the results that are made of records; hand-written scores and gates on an index are not."""
    return ((one.model, one.benchmark, one.subset) for one in results if one.data_hash and one.outcomes)


def write_run(
    summary: RunSummary,
    folder: RunFolder,
    *,
    options: Mapping[str, str | Sequence[str]],
    junit: Junit,
    junit_properties: bool = True,
) -> None:
    """Write a run's reports and its last manifest. Raises EvalscopeError where they cannot be written."""
    try:
        write_reports(summary, junit=junit, junit_properties=junit_properties)
        status = "complete" if summary.complete else "incomplete"
        write_manifest(
            folder, status, started=summary.started, options=options, results=summary.results, spending=summary.spending
        )
    except OSError as error:
        raise EvalscopeError(
            f"reports: cannot be written ({folder.path}: {error.strerror or error})",
            hint="completions are cached: the same run elsewhere requests nothing again",
        ) from error
