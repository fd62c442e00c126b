"""Ending an item, and attaching its state to its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pytest_evalscope.errors import EvalscopeError, StorageError, traceback_of
from pytest_evalscope.plugin.keys import case_of, location_of
from pytest_evalscope.types import GateOutcome

if TYPE_CHECKING:
    from pytest_evalscope.plugin.cases import Measured
    from pytest_evalscope.run import Job, Run

STATE: pytest.StashKey[ItemState] = pytest.StashKey()


@dataclass(slots=True)
class ItemState:
    """The state of an item that runs."""

    measured: Measured | None = None
    recorded: list[dict[str, Any]] = field(default_factory=list)
    """Scores of a hand-written case."""


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """The end of an item."""

    outcome: GateOutcome
    message: str
    nodeid: str
    location: str


def state_of(item: pytest.Item) -> ItemState:
    """Return the state of an item; the same object each time."""
    return item.stash.setdefault(STATE, ItemState())


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


def hold(item: pytest.Item) -> None:
    """Fail an item whose test passed, but whose measurement does not reach a threshold that was declared for it."""
    state = item.stash.get(STATE, None)
    unmet = "" if state is None or state.measured is None else state.measured.unmet()
    if unmet:
        raise pytest.fail.Exception(f"{unmet}\n{location_of(item)}", pytrace=False)


def attach(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, *, sharded: bool) -> None:
    """Attach an item's measurements to its report once the outcome is known; of a shard it has none."""
    state = item.stash.get(STATE, None)
    if state is None:
        return
    measured = state.measured
    decided = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
    if not decided or (report.skipped and not (sharded and measured is not None and measured.begun)):
        return
    if state.recorded:
        # pytest carries any further attribute of a report from worker to controller.
        vars(report)["evalscope_recorded"] = state.recorded
    if measured is not None:
        ended = ItemEnded(_outcome(report), _message(call), item.nodeid, location_of(item))
        vars(report)["evalscope"] = {"kind": measured.kind, "measured": measured.to_plain(ended)}
        properties = measured.properties(ended)
        item.user_properties.extend(properties)
        report.user_properties = [*report.user_properties, *properties]


def _outcome(report: pytest.TestReport) -> GateOutcome:
    if report.skipped:  # a shard: its samples are recorded, and no gate was computed
        return "none"
    return "passed" if report.passed else "error" if report.when == "setup" else "failed"


def _message(call: pytest.CallInfo[None]) -> str:
    if call.excinfo is None:
        return ""
    lines = str(call.excinfo.value).strip().splitlines()
    return lines[0][:500] if lines else call.excinfo.typename
