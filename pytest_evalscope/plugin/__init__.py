"""The pytest plugin: each hook fetches the session's state and calls one thing.

Loaded with every pytest where the package is installed, so this module imports pytest and two modules without
imports. Everything else is imported once an eval is collected; until then the hooks return at once.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pytest

from pytest_evalscope.plugin.buckets import is_controller
from pytest_evalscope.plugin.declare import ATTRIBUTE
from pytest_evalscope.plugin.ending import Ending
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
from pytest_evalscope.plugin.keys import (
    COMPARED,
    DESELECTED,
    LEFT_OUT,
    NO_MODEL,
    SESSION,
    SKIPPED_FILES,
    case_of,
    is_eval,
    uses_own_model,
)
from pytest_evalscope.plugin.options import add_options, add_short_model, names_given, pin_run_dir, typed, value_of
from pytest_evalscope.plugin.plain_imports import import_plainly
from pytest_evalscope.plugin.uncollected import mistake_of, refuse_uncollected

__all__ = ["judge", "leaderboard", "model", "record_score", "report", "sandbox", "scores", "threshold"]

MARKER = (
    "evalscope(benchmark, subset, model, task_type): put on every item of an eval, "
    "so that -m evalscope and -m 'evalscope(benchmark=\"gsm8k\")' select them"
)

import_plainly()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options."""
    add_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None, None, None]:
    """Register `--model` last, so that a host's own option of this name wins."""
    yield
    add_short_model(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; read options given on the command line, so that a mistake is reported at once."""
    config.addinivalue_line("markers", MARKER)
    if is_controller(config):
        from pytest_evalscope.plugin.workers import Controller

        config.pluginmanager.register(Controller(config), "evalscope-controller")
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(Ending(), "evalscope-ending")
    # Environment and ini file are read once an eval is collected: a mistake there concerns no other test.
    if typed(config):
        from pytest_evalscope.plugin.settings import checked_settings, refuse_lost_root

        refuse_lost_root(config)
        checked_settings(config)
    pin_run_dir(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item per model and subset of a decorated test."""
    declaration = getattr(metafunc.function, ATTRIBUTE, None)
    if declaration is not None:
        from pytest_evalscope.plugin.collect import parametrize

        parametrize(metafunc, declaration)
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
        from pytest_evalscope.plugin.kinds.index import index_items

        items += index_items(session, path)
    yield
    if any(is_eval(item) for item in items):
        from pytest_evalscope.plugin.begin import begin_collected

        begin_collected(config, items)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Remember the evals that were left out: a gate on the index must not pass without them."""
    for item in items:
        case = case_of(item)
        if case is not None:
            item.config.stash.setdefault(LEFT_OUT, []).append(item)
            if case.jobs:
                item.config.stash.setdefault(DESELECTED, []).append(case.label)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Remember that a whole file was skipped: the names of its evals are not known. Say a user's mistake in a line."""
    report = yield
    if report.skipped:
        collector.config.stash[SKIPPED_FILES] = True
    if report.failed:
        report.longrepr = mistake_of(collector, report) or report.longrepr
    return report


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> Generator[None, object, object]:
    """Refuse a decorated test that pytest does not collect: its gate would vanish."""
    made = yield
    refuse_uncollected(collector, name, obj, made)
    return made


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
    """Refuse names that no test has, and make the run folder, before a worker reports what it collected."""
    config = session.config
    begun = config.pluginmanager.hasplugin(SESSION)
    if begun or (names_given(config) and not hasattr(config, "workerinput")):
        from pytest_evalscope.plugin.begin import open_collected, refuse_unused

        problem, remarks = refuse_unused(session)
        if begun and not config.option.collectonly:
            open_collected(config, session.items, problem=problem, remarks=remarks)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why evals were skipped that had no model: pytest itself gives reasons only with -rs."""
    skipped = terminalreporter.stats.get("skipped", ())
    count = sum(isinstance(one.longrepr, tuple) and NO_MODEL in one.longrepr[2] for one in skipped)
    if count:
        terminalreporter.write_line(f"{count} skipped: {NO_MODEL}")


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison with an estimate."""
    if not type(left).__module__.startswith("pytest_evalscope.") and not type(right).__module__.startswith(
        "pytest_evalscope."
    ):
        return None
    from pytest_evalscope.plugin.assertions import compared, explain

    config.stash[COMPARED] = compared(op, left, right)
    return explain(op, left, right)
