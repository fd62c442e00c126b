"""The collecting process (the only one, or xdist's controller): gathers results, writes reports, prints the summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.api.conduct import Conductor
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.gates import tolerated
from pytest_evalscope.plugin.collect import kind_of
from pytest_evalscope.plugin.ending import NOT_COMPUTED
from pytest_evalscope.plugin.settings import options_of, settings_of
from pytest_evalscope.reports import append_step_summary, summary_lines
from pytest_evalscope.text import harmless
from pytest_evalscope.types import Result
from pytest_evalscope.types.names import JobKey
from pytest_evalscope.types.result import SEVERITY, counted

if TYPE_CHECKING:
    from pytest_evalscope.arenas import Arena
    from pytest_evalscope.folder.paths import RunFolder
    from pytest_evalscope.types import IndexReport, Leaderboard, RunSummary

COLLECTOR = "evalscope-collector"
"""The name that the collector is registered under where the items run in this process."""
Settle = Callable[[Collection[JobKey]], list[Result]]
"""A function that stops the engine, and returns results for jobs that were cut off and are not among those given."""


@dataclass(slots=True)
class Gathered:
    """Results that reports have brought so far."""

    folder: Path
    """The run folder."""
    results: dict[JobKey, Result] = field(default_factory=dict)
    indexes: dict[str, IndexReport | None] = field(default_factory=dict)
    """Node id → index; None where nothing of it was measured."""
    arenas: dict[str, Arena] = field(default_factory=dict)
    """Node id → arena with battles."""
    remarks: list[str] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Take in a result; of several tests that gate one subset the worst counts, of a rerun the last."""
        key = (result.model, result.benchmark, result.subset)
        known = self.results.get(key)
        if known is None or known.nodeid == result.nodeid or SEVERITY[result.verdict] >= SEVERITY[known.verdict]:
            self.results[key] = result


class Collector:
    """Gathers the results that reports carry, in whatever process the item ran."""

    def __init__(self, config: pytest.Config, folder: RunFolder, *, settle: Settle = lambda _: []) -> None:
        settings = settings_of(config)
        self._config = config
        self._folder = folder
        self._settle = settle
        self._conductor = Conductor(folder, settings.run, options_of(settings))
        self._gathered = Gathered(folder.path)
        self._recorded: dict[str, list[dict[str, Any]]] = {}
        """Node id → scores of hand-written cases; of a test that runs several times, those of the last."""
        self._skipped: dict[str, str] = {}
        """Node id → why the item was skipped."""
        self._case_outcomes: dict[str, str] = {}
        self._awaited: set[str] = set()
        self._deselected: list[str] = []
        self._remarks: list[str] = []
        self._unwritten = ""
        """Reason why there are no reports."""
        self._note = ""
        self._summary: RunSummary | None = None

    def begin(self) -> None:
        """Make the run folder: options, versions, the link `latest`. Raises pytest.UsageError."""
        try:
            self._conductor.begin()
        except EvalscopeError as error:
            raise pytest.UsageError(str(error)) from error

    def give_up(self) -> None:
        """Leave the run folder to whoever wants it: no eval runs."""
        self._conductor.close()

    def expect(self, nodeids: Iterable[str], deselected: Iterable[str] = (), remarks: Iterable[str] = ()) -> None:
        """Name the items that have to report, the evals that were left out, and remarks on what was collected.

        While an item has not reported, the run is incomplete.
        """
        self._awaited.update(nodeids)
        self._deselected = list(deselected)
        self._remarks = list(remarks)

    def gated(self) -> list[tuple[IndexReport, list[str]]]:
        """Return the indexes that `--eval-fail-under` is about, each with the reasons why it is not computed.

        Those that were declared; without one, the index that the weights on the tests make, per model.
        """
        allowed = settings_of(self._config).run.max_errors
        indexes = self._gathered.indexes
        declared = [index for index in indexes.values() if index is not None]
        unfinished = [f"{nodeid} has no result" for nodeid in sorted(self._awaited)]
        left = sum(result.outcomes.get("not_asked", 0) for result in self._gathered.results.values())
        if left:
            unfinished.append(f"{left} samples were not requested, for the budget is spent")
        if indexes:
            unfinished += [f"{nodeid} was not computed" for nodeid, index in indexes.items() if index is None]
        else:
            from pytest_evalscope.collections.levels import indexes_of_marks

            declared = list(indexes_of_marks(counted(self._measured()), least=1))
            unfinished += [f"{label} was deselected" for label in self._deselected]
        return [(index, [*unfinished, *_lacking(index, allowed)]) for index in declared]

    def more_of(self, model: str) -> str:
        """Return the command that shows the failed samples of a model in this run; empty where it has no records."""
        if not any(result.model == model and result.data_hash for result in self._gathered.results.values()):
            return ""
        from pytest_evalscope.reports.samples import more_command

        models = {result.model for result in self._gathered.results.values()}
        return more_command(self._folder.path, model=model if len(models) > 1 else "")

    def _measured(self) -> list[Result]:
        made = list(self._gathered.results.values())
        if self._recorded:
            from pytest_evalscope.plugin.hand_scored import results_of

            recorded = [entry for entries in self._recorded.values() for entry in entries]
            made += results_of(recorded, self._case_outcomes)
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the results of this process's items."""
        self.take(report)

    def take(self, report: pytest.TestReport) -> None:
        """Take in the results that an item's report carries."""
        carried = getattr(report, "evalscope", None)
        if carried is not None or report.skipped:
            self._awaited.discard(report.nodeid)
        if carried is None and report.skipped:
            self._skipped[report.nodeid] = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if carried is not None:
            kind_of(carried["kind"]).collect(self._gathered, report.nodeid, carried["measured"])
        recorded = getattr(report, "evalscope_recorded", None)
        if recorded is not None:
            self._recorded[report.nodeid] = recorded
        for entry in recorded or ():
            if report.failed or getattr(report, "evalscope_subtest", False):
                self._case_outcomes[entry["benchmark"]] = "failed"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop the engine of this process and write the reports."""
        self.finish(session)

    def finish(self, session: pytest.Session) -> None:
        """Write the reports, and set the exit status if no test failed, but they could not be written."""
        try:
            if not self._config.option.collectonly:
                self._write(interrupted=session.exitstatus == pytest.ExitCode.INTERRUPTED)
        except EvalscopeError as error:  # records that are gone, say; the gates are in pytest's own report already
            self._unwritten = str(error)
        finally:
            if self._unwritten and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = NOT_COMPUTED
            self._conductor.close()

    def _write(self, *, interrupted: bool) -> None:
        """Write the reports. Jobs that were cut off are in them, as incomplete.

        An interrupted run has reports without a result too: its folder has the records of the workers.
        """
        unfinished = [self._known_as_skipped(result) for result in self._settle(frozenset(self._gathered.results))]
        results = (*self._measured(), *unfinished)
        if not results and not (interrupted and self._awaited):
            with suppress(EvalscopeError):  # whatever kept the run from measuring anything was reported
                self._conductor.write_status("incomplete" if self._awaited else "nothing measured")
            return
        own = settings_of(self._config)
        leaderboards: list[Leaderboard] = []
        try:
            self._conductor.require_records(results)
            leaderboards = self._leaderboards(own.run.seed)
        except EvalscopeError as error:  # a table of what the tests have seen is printed all the same
            self._unwritten = str(error)
        remarks = dict.fromkeys(self._gathered.remarks)
        summary = self._conductor.summary(
            results,
            indexes=(made for made in self._gathered.indexes.values() if made is not None),
            leaderboards=leaderboards,
            remarks=[*remarks, *self._remarks],
            complete=not self._awaited,
            spending=None if self._unwritten else self._conductor.spending(),
            gated=own.fail_under is not None,
        )
        self._summary = summary = replace(summary, redact=own.redact)
        try:
            self._conductor.finish(summary, junit=own.junit, junit_properties=own.junit_properties)
        except EvalscopeError as error:  # a full disk, say
            self._unwritten = str(error)
        self._note = append_step_summary(summary, os.environ)

    def _known_as_skipped(self, result: Result) -> Result:
        """Return a result of samples that were requested ahead; of an item that was then skipped as such."""
        reason = self._skipped.get(result.nodeid)
        if reason is None:
            return result
        return replace(result, verdict="skipped", message=f"skipped: {reason.removeprefix('Skipped: ')}")

    def _leaderboards(self, seed: int) -> list[Leaderboard]:
        arenas = self._gathered.arenas.values()
        made: list[Leaderboard] = kind_of("arena").leaderboards_of(arenas, seed=seed) if arenas else []
        return made

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the tables."""
        if self._summary is not None or self._unwritten:
            terminalreporter.section("evals")
        if self._summary is not None:
            for line in summary_lines(self._summary, terminalreporter._tw.fullwidth):
                terminalreporter.write_line(line)
        if self._summary is not None and os.environ.get("GITHUB_ACTIONS") == "true":
            from pytest_evalscope.reports.annotations import error_commands

            for command in error_commands(self._summary.results):
                terminalreporter.write_line(command)
        for note in filter(None, (self._unwritten, self._note)):
            terminalreporter.write_line(harmless(note), red=True)


def _lacking(index: IndexReport, allowed: float) -> list[str]:
    made = [f"{name} has no score" for name in index.missing]
    if not tolerated(index.unscored, allowed, index.count):
        made.append(f"{index.unscored} of {index.count} samples have no score")
    return made
