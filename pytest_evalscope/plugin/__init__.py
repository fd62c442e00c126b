"""The pytest plugin: each hook fetches the session's state and calls one thing.

Loaded with every pytest where the package is installed, so this module imports pytest and two modules without
imports. Everything else is imported once an eval is collected; until then the hooks return at once.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from pytest_evalscope.plugin.declare import ARENA_ATTRIBUTE, ATTRIBUTE, INDEX_ATTRIBUTE
from pytest_evalscope.plugin.fixtures import (
    judge,
    leaderboard,
    model,
    record_score,
    report,
    sandbox,
    scores,
    threshold,
)
from pytest_evalscope.plugin.keys import CASE, DESELECTED, PARAMETER, is_eval, parameter, session_of, uses_own_model
from pytest_evalscope.plugin.options import add_options, add_short_model, any_given, value_of
from pytest_evalscope.plugin.workers import Controller, is_controller, sendable

__all__ = ["judge", "leaderboard", "model", "record_score", "report", "sandbox", "scores", "threshold"]

MARKER = (
    "evalscope(benchmark, subset, model, task_type): put on every item of an eval, "
    "so that -m evalscope and -m 'evalscope(benchmark=\"gsm8k\")' select them"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options."""
    add_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None, None, None]:
    """Register `--model` last, so that a host's own option of this name wins."""
    yield
    add_short_model(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; read options given on the command line, so that a mistake is told at once."""
    config.addinivalue_line("markers", MARKER)
    controller = is_controller(config)
    if controller:
        config.pluginmanager.register(Controller(config), "evalscope-controller")
    # A worker that refused an option could only crash, so the controller reads what it will read.
    if not hasattr(config, "workerinput") and any_given(config, command_line_only=not controller):
        from pytest_evalscope.plugin.settings import checked_settings

        checked_settings(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item per model and subset of a decorated test."""
    if hasattr(metafunc.function, ATTRIBUTE):
        from pytest_evalscope.plugin.collect import parametrize_benchmark

        parametrize_benchmark(metafunc)
    elif hasattr(metafunc.function, INDEX_ATTRIBUTE):
        from pytest_evalscope.plugin.collect import parametrize_index

        parametrize_index(metafunc)
    elif hasattr(metafunc.function, ARENA_ATTRIBUTE):
        from pytest_evalscope.plugin.arena import parametrize_arena

        parametrize_arena(metafunc)
    elif "model" in metafunc.fixturenames and uses_own_model(metafunc._arg2fixturedefs):
        from pytest_evalscope.plugin.collect import parametrize_models

        parametrize_models(metafunc)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Add the index that `--eval-index` names; begin an eval session if any selected item is an eval."""
    path = value_of(config, "index")
    if path:
        from pytest_evalscope.plugin.indexes import index_items

        items += index_items(session, path)
    yield
    if any(is_eval(item) for item in items):
        from pytest_evalscope.plugin.session import begin

        begin(config, items)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember which evals were left out: a gate on the index must not pass without them."""
    for item in items:
        case = parameter(item, PARAMETER)
        if case is not None:
            item.config.stash.setdefault(DESELECTED, []).append(case.label)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Gate the index, once all items have run."""
    result = yield
    config = session.config
    if value_of(config, "fail-under") and not config.option.collectonly and not hasattr(config, "workerinput"):
        from pytest_evalscope.plugin.fail_under import emit

        emit(session, config.pluginmanager.get_plugin("evalscope-controller"))
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Make the run folder, before a worker tells what it collected."""
    state = session_of(session.config)
    if state is not None and not session.config.option.collectonly:
        state.open_folder(session.items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the result of an eval to its report, and let no text of a model do harm there."""
    report = yield
    state = session_of(item.config)
    if state is not None and CASE in item.stash:
        state.attach(item, call, report)
    if state is not None and (report.longrepr or report.sections) and is_eval(item):
        from pytest_evalscope.plugin.sanitize import disarm

        disarm(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(
    config: pytest.Config,
) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Make plain whatever a worker sends: one lone surrogate would end the whole run."""
    data = yield
    if data is not None and session_of(config) is not None:
        data = {name: sendable(value) for name, value in data.items()}
    return data


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain a comparison that an estimate lost."""
    if not type(left).__module__.startswith("pytest_evalscope.") and not type(right).__module__.startswith(
        "pytest_evalscope."
    ):
        return None
    from pytest_evalscope.plugin.assertions import explain

    return explain(op, left, right)
