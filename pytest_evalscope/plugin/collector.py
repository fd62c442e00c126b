"""The collecting process (the only one, or xdist's controller): gathers results, writes reports, prints the summary."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.api.conduct import Conductor
from pytest_evalscope.benchmarks import names
from pytest_evalscope.collections.levels import indexes_of_marks
from pytest_evalscope.errors import EvalscopeError, UnknownName
from pytest_evalscope.gates import unused_entries
from pytest_evalscope.plugin.collect import settings_of
from pytest_evalscope.plugin.hand_scored import results_of
from pytest_evalscope.plugin.indexes import index_from_plain
from pytest_evalscope.plugin.keys import FAIL_UNDER
from pytest_evalscope.plugin.settings import options_of
from pytest_evalscope.reports import append_step_summary, summary_lines
from pytest_evalscope.run import RunFolder
from pytest_evalscope.run.budget import spending_of
from pytest_evalscope.text import harmless
from pytest_evalscope.types import IndexReport, Leaderboard, Result, RunSummary
from pytest_evalscope.types.names import JobKey

if TYPE_CHECKING:
    from pytest_evalscope.arenas import Arena
    from pytest_evalscope.plugin.session import EvalSession

UNMEASURED = 10
"""The exit status when no test failed, but a gate could not be computed. pytest's own end at 6."""
_RANK = {"error": 3, "failed": 2, "passed": 1, "none": 0}


class Collector:
    """Gathers what reports carry, whoever ran the item."""

    def __init__(self, config: pytest.Config, folder: RunFolder, *, local: EvalSession | None = None) -> None:
        self._config = config
        self._folder = folder
        self._local = local
        self._results: dict[JobKey, Result] = {}
        self._recorded: list[dict[str, Any]] = []
        self._case_verdicts: dict[str, str] = {}
        self._uncomputed = 0
        """Reports of gates that could not be computed."""
        self._awaited: set[str] = set()
        self._deselected: list[str] = []
        self._indexes: dict[str, IndexReport | None] = {}
        self._arenas: dict[str, Arena] = {}
        self._remarks: list[str] = []
        self._notes: list[str] = []
        settings = settings_of(config).run
        self._conductor = Conductor(folder, settings, options_of(config, settings))
        self._summary: RunSummary | None = None

    def begin(self) -> None:
        """Make the run folder known: options, versions, the link `latest`. Raises pytest.UsageError."""
        try:
            self._conductor.begin()
        except EvalscopeError as error:
            raise pytest.UsageError(str(error)) from error

    def expect(self, nodeids: Iterable[str], deselected: Iterable[str] = ()) -> None:
        """Name the items that have to report, and the evals that were left out.

        While an item has not reported, the run is incomplete.
        """
        self._awaited.update(nodeids)
        self._deselected = list(deselected)

    def gated(self) -> list[tuple[IndexReport, list[str]]]:
        """Return the indexes that `--eval-fail-under` is about, each with why it cannot be computed.

        Those that were declared; where there is none, the one that the weights on the tests make, per model.
        """
        allowed = settings_of(self._config).run.max_errors
        declared = [index for index in self._indexes.values() if index is not None]
        unfinished = [f"{nodeid} has no result" for nodeid in sorted(self._awaited)]
        left = sum(result.outcomes.get("not_asked", 0) for result in self._results.values())
        if left:
            unfinished.append(f"{left} samples were not asked, for the budget is spent")
        if declared or self._indexes:
            unfinished += [f"{nodeid} was not computed" for nodeid, index in self._indexes.items() if index is None]
        else:
            declared = list(indexes_of_marks(self._measured(), least=1))
            unfinished += [f"{label} was deselected" for label in self._deselected]
        return [
            (
                index,
                unfinished
                + [f"{name} has no score" for name in index.missing]
                + (
                    [f"{index.unscored} of {index.count} samples have no score"]
                    if index.unscored > allowed * index.count
                    else []
                ),
            )
            for index in declared
        ]

    def _measured(self) -> list[Result]:
        return [*self._results.values(), *results_of(self._recorded, self._case_verdicts)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the results of this process's items."""
        self.take(report)

    def take(self, report: pytest.TestReport) -> None:
        """Take in what an item's report carries."""
        fields = getattr(report, "evalscope", None)
        if fields is not None or report.skipped:
            self._awaited.discard(report.nodeid)
        if fields is not None:
            result = Result.from_plain(fields)
            known = self._results.get(self._key(result))
            # Several tests may gate one subset: the worst verdict stands. The same test again (a rerun) replaces it.
            if known is None or known.nodeid == result.nodeid or _RANK[result.verdict] >= _RANK[known.verdict]:
                self._results[self._key(result)] = result
        index = getattr(report, "evalscope_index", None)
        arena = getattr(report, "evalscope_arena", None)
        gate = any(part is not None for part in (fields, index, arena)) or report.nodeid.startswith(FAIL_UNDER)
        self._uncomputed += gate and report.failed and report.when == "setup"
        if index is not None:
            self._awaited.discard(report.nodeid)
            made, members = index_from_plain(index)
            self._remarks += index["remarks"]
            self._indexes[report.nodeid] = made
            self._results.update((self._key(result), result) for result in members)
        if arena is not None:
            self._awaited.discard(report.nodeid)
            self._take_arena(report, arena)
        for entry in getattr(report, "evalscope_recorded", ()):
            self._recorded.append(entry)
            if report.failed:
                self._case_verdicts[entry["benchmark"]] = "failed"

    def _take_arena(self, report: pytest.TestReport, fields: dict[str, Any]) -> None:
        from pytest_evalscope.plugin.arena import arena_from_plain

        made, replies = arena_from_plain(fields, self._folder.path)
        self._remarks += fields["remarks"]
        if made.fields:
            self._arenas[report.nodeid] = made
        self._results.update((self._key(result), result) for result in replies)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop the engine of this process and write the reports."""
        self.finish(session)

    def finish(self, session: pytest.Session) -> None:
        """Write the reports, and say by the exit status if no test failed, but a gate could not be computed."""
        if session.exitstatus == pytest.ExitCode.TESTS_FAILED and session.testsfailed == self._uncomputed:
            session.exitstatus = UNMEASURED
        try:
            self._write()
        finally:
            self._conductor.close()

    def _write(self) -> None:
        """Write the reports. What was cut off is in them, marked as incomplete."""
        if self._config.option.collectonly:
            return
        unfinished: list[Result] = []
        if self._local is not None:
            self._local.close()
            unfinished = self._local.unfinished(frozenset(self._results))
        results = (*self._measured(), *unfinished)
        if not results:
            with suppress(EvalscopeError):  # whatever kept the run from measuring anything has been told
                self._conductor.write_status("nothing measured")
            return
        settings = settings_of(self._config).run
        self._summary = summary = self._conductor.summary(
            results,
            indexes=(made for made in self._indexes.values() if made is not None),
            leaderboards=self._leaderboards(settings.seed),
            remarks=[*dict.fromkeys(self._remarks), *self._unused_thresholds(results), *self._unknown_args(results)],
            complete=not self._awaited,
            spending=spending_of(self._folder, settings),
        )
        try:
            self._conductor.finish(summary, junit=settings_of(self._config).junit)
        except EvalscopeError as error:  # a full disk, say; the gates are in pytest's own report already
            self._notes.append(str(error))
        self._notes.append(append_step_summary(summary, os.environ))

    def _leaderboards(self, seed: int) -> list[Leaderboard]:
        if not self._arenas:
            return []
        from pytest_evalscope.plugin.arena import leaderboards_of

        return leaderboards_of(self._arenas.values(), seed=seed)

    def _unused_thresholds(self, results: Iterable[Result]) -> list[str]:
        named = settings_of(self._config).thresholds
        unused = unused_entries(named, [(result.benchmark, result.subset) for result in results])
        return [f"--eval-threshold: nothing in this run has this name ({text})" for text in unused]

    def _unknown_args(self, results: Iterable[Result]) -> list[str]:
        known = {*names(), *(result.benchmark for result in results)}
        unknown = [name for name in settings_of(self._config).run.dataset_args if name not in known]
        return [UnknownName("--eval-dataset-args: benchmark", name, known).message for name in unknown]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the tables."""
        if self._summary is None:
            return
        terminalreporter.section("evals")
        for line in summary_lines(self._summary, terminalreporter._tw.fullwidth):
            terminalreporter.write_line(line)
        for note in filter(None, self._notes):
            terminalreporter.write_line(harmless(note), red=True)

    @staticmethod
    def _key(result: Result) -> JobKey:
        return (result.model, result.benchmark, result.subset)
