"""What is known of an item while it runs, and how that is hung on its report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.plugin.collect import Case
from pytest_evalscope.plugin.indexes import IndexState
from pytest_evalscope.plugin.keys import CASE
from pytest_evalscope.plugin.results import location_of, result_of
from pytest_evalscope.reports.properties import properties_of
from pytest_evalscope.types import GateOutcome, Scores, Threshold

if TYPE_CHECKING:
    from pytest_evalscope.plugin.arena import ArenaState


@dataclass(slots=True)
class CaseState:
    """What is known about an item that is being run."""

    case: Case | None = None
    index: IndexState | None = None
    arena: ArenaState | None = None
    scores: Scores | None = None
    threshold: Threshold | None = None
    recorded: list[dict[str, Any]] = field(default_factory=list)


def state_of(item: pytest.Item) -> CaseState:
    """Return what is known of an item; the same object each time."""
    return item.stash.setdefault(CASE, CaseState())


def attach(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, *, sharded: bool) -> None:
    """Hang an item's result on its report once the verdict is known; of a shard it has none."""
    state = item.stash[CASE]
    decided = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
    recorded = sharded and any(part is not None for part in (state.scores, state.index, state.arena))
    if not decided or (report.outcome == "skipped" and not recorded):
        return
    if state.recorded:
        # pytest carries any further attribute of a report from worker to controller.
        vars(report)["evalscope_recorded"] = state.recorded
    if state.index is not None:
        vars(report)["evalscope_index"] = state.index.to_plain()
    if state.arena is not None:
        vars(report)["evalscope_arena"] = state.arena.to_plain()
    if state.case is not None:
        verdict = _verdict(report)
        result = result_of(
            state.case,
            state.scores,
            verdict=verdict,
            message=_message(call),
            nodeid=item.nodeid,
            location=location_of(item),
            thresholds={} if state.threshold is None else state.threshold.values,
        )
        vars(report)["evalscope"] = result.to_plain()
        properties = properties_of(result)
        item.user_properties.extend(properties)
        report.user_properties = [*report.user_properties, *properties]


def _verdict(report: pytest.TestReport) -> GateOutcome:
    if report.skipped:  # a shard: its samples are recorded, and no gate was held against them
        return "none"
    return "passed" if report.passed else "error" if report.when == "setup" else "failed"


def _message(call: pytest.CallInfo[None]) -> str:
    if call.excinfo is None:
        return ""
    lines = str(call.excinfo.value).strip().splitlines()
    return lines[0][:500] if lines else call.excinfo.typename
