"""Ending an item, and attaching its state to its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pytest_evalscope.errors import EvalscopeError, GateError, StorageError, traceback_of
from pytest_evalscope.plugin.keys import COMPARED, case_of, location_of
from pytest_evalscope.types import GateOutcome, InconclusiveWarning, Result
from pytest_evalscope.types.estimate import INCONCLUSIVE

if TYPE_CHECKING:
    from pytest_evalscope.folder.paths import RunFolder
    from pytest_evalscope.plugin.cases import Ended, Measured
    from pytest_evalscope.run import Job, Run
    from pytest_evalscope.types import Decision, Policy
    from pytest_evalscope.types.shown import FailingSamples

STATE: pytest.StashKey[ItemState] = pytest.StashKey()


@dataclass(slots=True)
class ItemState:
    """The state of an item that runs."""

    measured: Measured | None = None
    recorded: list[dict[str, Any]] = field(default_factory=list)
    """Scores of a hand-written case."""
    properties: list[tuple[str, str | float]] = field(default_factory=list)
    """User properties that the item has from here."""
    running: bool = False
    """True while its test function runs: what is reported then is a subtest of it."""
    decided: set[tuple[str, float]] = field(default_factory=set)
    """Declared thresholds, metric and least value, that the test has decided by interval itself."""
    inconclusive: dict[str, None] = field(default_factory=dict)
    """Texts of inconclusive decisions that did not fail the test."""
    subtest: str = ""
    """Reason of the first subtest that failed; pytest goes on to report that the function itself passed."""


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """The end of an item."""

    outcome: GateOutcome
    message: str
    nodeid: str
    location: str
    failing: FailingSamples | None = None


def state_of(item: pytest.Item) -> ItemState:
    """Return the state of an item; the same object each time."""
    return item.stash.setdefault(STATE, ItemState())


def begin_anew(item: pytest.Item) -> None:
    """Forget the state of an item, and take its properties back: a plugin may run an item several times."""
    state = item.stash.get(STATE, None)
    if state is not None:
        item.user_properties[:] = [one for one in item.user_properties if one not in state.properties]
        del item.stash[STATE]
    item.config.stash[COMPARED] = None


def measured_of(item: pytest.Item) -> Any:
    """Return the state of an item of a decorated test, which its report will carry; None for an ordinary test."""
    state, case = state_of(item), case_of(item)
    if state.measured is None and case is not None:
        state.measured = case.measure()
    return state.measured


def located(job: Job, item: pytest.Item) -> Job:
    """Return a job that knows the test that declares it."""
    return replace(job, declared=replace(job.declared, test=item.nodeid, location=location_of(item)))


def fail(item: pytest.Item, error: EvalscopeError, *, trace: str = "") -> NoReturn:
    """End an item as an error, with its place and without a traceback.

    With `-vv` that of the exception in the user's own code follows: `trace`, or that of what caused the error.
    """
    if isinstance(error, StorageError):  # every later item would only repeat it
        item.session.shouldfail = error.message
    text = f"{error}\n{location_of(item)}"
    shown = trace or traceback_of(error.__cause__)
    if shown and item.config.get_verbosity() > 1:
        text = f"{text}\n\n{shown}"
    # Not chained to the error that it reports: pytest would print the same text twice.
    raise pytest.fail.Exception(text, pytrace=False) from None


def trace_of(run: Run, jobs: Iterable[Job]) -> str:
    """Return the traceback of the first exception in the user's own code among jobs; empty without one."""
    return next((found for job in jobs if (found := run.tallies[job.key].first_traceback)), "")


@contextmanager
def held(item: pytest.Item) -> Iterator[None]:
    """Run the test function of an item, and hold it to the thresholds that were declared, whether or not it does."""
    state = state_of(item)
    state.running = True
    try:
        yield
    finally:
        state.running = False
    hold(item)


def hold(item: pytest.Item) -> None:
    """Fail an item whose test passed, but whose measurement does not reach a threshold that was declared for it."""
    state = item.stash.get(STATE, None)
    decision = None if state is None or state.measured is None else state.measured.unmet(state.decided)
    if decision is None:
        return
    try:
        met = decision.used((str(item.path), (item.location[1] or 0) + 1))
    except InconclusiveWarning:  # `-W error`
        met = False
    if not met:
        raise pytest.fail.Exception(f"{decision.text}\n{location_of(item)}", pytrace=False)


def hear(item: pytest.Item, decision: Decision, policy: Policy) -> None:
    """Take in a decision whose truth the test of an item has used."""
    state = state_of(item)
    state.decided.update(decision.thresholds)
    if decision.outcome == INCONCLUSIVE and policy != "fail":
        state.inconclusive[decision.text] = None


def attach(
    item: pytest.Item,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    *,
    folder: RunFolder,
    sharded: bool,
    properties: bool = True,
) -> None:
    """Attach an item's measurements to its report once the outcome is known; of a shard it has none.

    A failure is shown with the samples behind it, which are read from `folder`.
    `properties` says whether they are user properties of the test as well, which JUnit files show.
    """
    state = item.stash.get(STATE, None)
    if state is None or not (report.when == "call" or (report.when == "setup" and report.outcome != "passed")):
        return
    if state.running:
        if report.failed and not state.subtest:
            state.subtest = f"a subtest failed: {_first_line(call)}"
        return
    measured = state.measured
    if report.skipped and not _counts(measured, call, report):
        return
    if state.recorded and not report.skipped:
        # pytest carries any further attribute of a report from worker to controller.
        vars(report)["evalscope_recorded"] = state.recorded
        vars(report)["evalscope_subtest"] = bool(state.subtest)
    if measured is not None:
        outcome, message = _outcome(report, sharded=sharded), ""
        if outcome == "passed" and state.subtest:
            outcome, message = "failed", state.subtest
        elif outcome == "passed" and state.inconclusive:
            outcome, message = "inconclusive", "; ".join(state.inconclusive)
        elif outcome == "failed" and call.excinfo is not None and isinstance(call.excinfo.value, GateError):
            outcome = "error"
        failing = _failing(item, call, report, folder, outcome)
        message = message or _message(call, report, outcome)
        ended = ItemEnded(outcome, message, item.nodeid, location_of(item), failing)
        vars(report)["evalscope"] = {"kind": measured.kind, "measured": measured.to_plain(ended)}
        state.properties = list(measured.properties(ended)) if properties else []
        item.user_properties.extend(state.properties)
        report.user_properties = [*report.user_properties, *state.properties]


def _failing(
    item: pytest.Item,
    call: pytest.CallInfo[None],
    report: pytest.TestReport,
    folder: RunFolder,
    outcome: GateOutcome,
) -> FailingSamples | None:
    """Return the samples behind a gate that did not hold, which its failure then shows; None for any other."""
    measured, raised = state_of(item).measured, None if call.excinfo is None else call.excinfo.value
    if measured is None or not measured.begun or outcome not in ("failed", "error"):
        return None
    # A strict xfail that passes raises nothing, and a mistake in the test raises something else.
    if not isinstance(raised, (AssertionError, pytest.fail.Exception)) and not state_of(item).subtest:
        return None
    from pytest_evalscope.plugin.failing import add_section, found_behind

    failing = found_behind(item, measured, folder, computed=outcome == "failed")
    if failing is not None and item.config.option.tbstyle != "line":  # a failure is one line then
        add_section(report, failing)
    return failing


def gate_result(ended: Ended, *, benchmark: str, model: str, **measured: Any) -> Result:
    """Return the gate of an item that is not about one subset, as reports show gates; it is in no index."""
    made = Result(
        benchmark=benchmark, version="", model=model, subset="default", primary_metric="", metrics={}, planned=0,
        outcomes={}, weight=0.0, verdict=ended.outcome, message=ended.message, nodeid=ended.nodeid,
        location=ended.location, failing=ended.failing,
    )  # fmt: skip
    return replace(made, **measured)


def placed(result: Result, ended: Ended) -> Result:
    """Return a part of what an item has measured with the place of its test, where a reader of reports may jump to."""
    return replace(result, nodeid=ended.nodeid, location=ended.location)


def _counts(measured: Measured | None, call: pytest.CallInfo[None], report: pytest.TestReport) -> bool:
    """Return whether a skipped item has measured something, or failed in that and was expected to."""
    if measured is None:
        return False
    gave_up = call.excinfo is not None and isinstance(
        call.excinfo.value, (pytest.skip.Exception, pytest.xfail.Exception)
    )
    return measured.begun or (hasattr(report, "wasxfail") and not gave_up)


def _outcome(report: pytest.TestReport, *, sharded: bool) -> GateOutcome:
    if report.skipped:
        if hasattr(report, "wasxfail"):
            return "xfailed"
        return "none" if sharded else "skipped"  # a shard: its samples are recorded, and no gate was computed
    return "passed" if report.passed else "error" if report.when == "setup" else "failed"


def _message(call: pytest.CallInfo[None], report: pytest.TestReport, outcome: GateOutcome) -> str:
    if outcome == "xfailed":
        reason = getattr(report, "wasxfail", "")
        return f"skipped, as it is expected to fail{f' ({reason})' if reason else ''}: {_first_line(call)}"
    if outcome == "skipped":
        return f"skipped: {_first_line(call)}"
    # A test that passes although it is expected to fail has no exception.
    return _first_line(call) or (str(report.longrepr or "")[:500] if report.failed else "")


def _first_line(call: pytest.CallInfo[None]) -> str:
    if call.excinfo is None:
        return ""
    lines = str(call.excinfo.value).strip().splitlines()
    first = lines[0] if lines else call.excinfo.typename
    # pytest writes "assert" before a decision; reports have its own word first.
    return first.removeprefix("assert " if first.startswith(f"assert {INCONCLUSIVE}: ") else "")[:500]
