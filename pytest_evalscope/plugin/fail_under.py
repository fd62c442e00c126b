"""`--eval-fail-under`: the gate on the run's index, reported as a test result of its own.

It is emitted when all items have run and before pytest decides on its exit code, so the summary, JUnit and any other
reporter see a test that passed, failed or was not computed; nothing depends on a printed line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from pytest_evalscope.gates import shortfall
from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.keys import FAIL_UNDER
from pytest_evalscope.plugin.options import typed
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.types import Estimate, InconclusiveWarning, IndexReport
from pytest_evalscope.types.estimate import over, reaches, shown


def emit(session: pytest.Session, controller: Any) -> None:
    """Report one gate per index of the run.

    Where the run has none, a gate that the command line sets was not computed. In the environment or the
    ini file it is about whatever evals run, and keeps no other tests from passing.
    """
    config = session.config
    least = settings_of(config).fail_under
    if least is None:
        return
    said = f"{settings_of(config).given['fail-under'][1]}={shown(least)}"
    shard = settings_of(config).run.shard
    if shard is not None:
        _counted(session, 1)
        _skip(session, f"{said}: shard {shard} has a part of the samples; it needs all shards")
        return
    own: Collector | None = config.pluginmanager.get_plugin(COLLECTOR)
    collector: Collector | None = own or (controller and controller.gathered)
    indexes = collector.gated() if collector is not None else []
    if not indexes and not typed(config, "fail-under"):
        return
    _counted(session, len(indexes) or 1)
    if not indexes:
        _report(session, "", None, least, said, ["no eval was measured, so there is no index"])
    for index, problems in indexes:
        assert collector is not None, "it gave the indexes"
        _report(session, f"[{index.name}-{index.model}]", index, least, said, problems, collector.more_of(index.model))


def _counted(session: pytest.Session, gates: int) -> None:
    """Count the gates among the tests of the session: pytest's progress is a share of them."""
    if session.testscollected:  # a session without any test is one that found none, unless a gate on it is an error
        session.testscollected += gates


def _report(
    session: pytest.Session,
    suffix: str,
    index: IndexReport | None,
    least: float,
    said: str,
    problems: Sequence[str],
    more: str = "",
) -> None:
    """Report one gate; `more` is the command that shows the samples behind it."""
    estimate = None if index is None else index.weighted_avg
    properties: list[tuple[str, str | float]] = [("evalscope.threshold", least)]
    if estimate is not None:
        numbers = ("value", "low", "high", "stderr", "n")
        properties += [(f"evalscope.weighted_avg.{name}", round(getattr(estimate, name), 6)) for name in numbers]
        if estimate.detectable is not None:
            properties.append(("evalscope.weighted_avg.detectable", round(estimate.detectable, 6)))
    pointer = f"\nits samples: {more}" if more else ""
    if problems:
        text = f"{said}: the index was not computed: {'; '.join(problems)}"
        _log(session, suffix, "setup", f"{text}{pointer}", properties)
        return
    assert estimate is not None, "an index without problems has an estimate"
    _log(session, suffix, "setup", "", properties)
    below = _unmet(session.config, suffix, estimate, least, said)
    _log(session, suffix, "call", f"{below}{pointer}" if below else "", properties)
    _log(session, suffix, "teardown", "", properties)


def _unmet(config: pytest.Config, suffix: str, estimate: Estimate, least: float, said: str) -> str:
    """Return why the gate fails; empty where it passes. An answer that is inconclusive may be a warning."""
    settings = settings_of(config)
    if settings.decide != "interval":
        return "" if reaches(estimate.value, least) else f"{said}: {shortfall(estimate, least)}"
    decision = over(estimate, least, source=said.partition("=")[0])
    if decision.outcome == "failed":
        return decision.text
    if decision.outcome == "passed" or settings.inconclusive == "pass":
        return ""
    if settings.inconclusive == "fail":
        return decision.text
    try:
        config.issue_config_time_warning(InconclusiveWarning(decision.text), stacklevel=2)
    except InconclusiveWarning:  # `-W error`
        return decision.text
    return ""


def _skip(session: pytest.Session, reason: str) -> None:
    name = FAIL_UNDER.partition("::")[2]
    report = pytest.TestReport(
        nodeid=FAIL_UNDER,
        location=("evalscope", None, name),
        keywords={name: 1},
        outcome="skipped",
        longrepr=("evalscope", 0, f"Skipped: {reason}"),
        when="setup",
    )
    session.config.hook.pytest_runtest_logreport(report=report)


def _log(
    session: pytest.Session,
    suffix: str,
    when: Literal["setup", "call", "teardown"],
    problem: str,
    properties: list[tuple[str, str | float]],
) -> None:
    name = FAIL_UNDER.partition("::")[2] + suffix
    report = pytest.TestReport(
        nodeid=FAIL_UNDER + suffix,
        location=("evalscope", None, name),
        keywords={name: 1},
        outcome="failed" if problem else "passed",
        longrepr=problem or None,
        when=when,
        user_properties=properties,
    )
    session.config.hook.pytest_runtest_logreport(report=report)
    last_failed = session.config.pluginmanager.get_plugin("lfplugin")
    if last_failed is not None:
        # --lf could not find this gate among the items, and would then run everything.
        last_failed.lastfailed.pop(report.nodeid, None)
