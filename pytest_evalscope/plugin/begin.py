"""Beginning an eval session, once an eval is collected or a fixture of this plugin is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pytest

from pytest_evalscope.api.conduct import end_on_sigterm, refuse_clashes
from pytest_evalscope.api.exits import end_as_broken
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.gates import threshold_files
from pytest_evalscope.models import resolve
from pytest_evalscope.plugin.buckets import bucket_of
from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.ending import NOT_COMPUTED
from pytest_evalscope.plugin.item_report import fail
from pytest_evalscope.plugin.keys import NO_MODEL, SESSION, case_of, deselected, is_eval, location_of, models_of
from pytest_evalscope.plugin.options import names_given
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.run import Settings


def begin_collected(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Make the session for the items of a collection; what keeps all evals from running keeps no other test from it."""
    try:
        begin(config, items)
    except pytest.UsageError as error:
        _refuse(config, items, error)


def _refuse(config: pytest.Config, items: list[pytest.Item], error: pytest.UsageError) -> None:
    from pytest_evalscope.plugin.refused import refuse

    refuse(config, items, error)


def begin(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Make the session of this process, unless no item can measure anything for want of a model.

    Raises pytest.UsageError for options that contradict each other, and where no item can get a result.
    """
    plugins = config.pluginmanager
    if plugins.hasplugin(SESSION):
        return
    try:
        settings = settings_of(config).run
        problem = None if config.option.collectonly else _common_problem(items, settings)
        if problem is not None:
            raise problem
        evals = [item for item in items if is_eval(item)]
        if evals and not any(all(models_of(item, settings.models)) for item in evals):
            return
        session = EvalSession(config)
        refuse_clashes(
            ((job, item.nodeid) for item in evals if (case := case_of(item)) is not None for job in case.jobs),
            hint='give one of them a name of its own, @benchmark(…, name="gsm8k-zero-shot")',
        )
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    plugins.register(session, SESSION)
    if not session.is_worker:
        plugins.register(Collector(config, session.folder, settle=session.settle), COLLECTOR)


def _common_problem(items: Sequence[pytest.Item], settings: Settings) -> EvalscopeError | None:
    """Return what ends a session of evals alone: one has no model, or none can have a result; else None."""
    if not items or not all(map(is_eval, items)):
        return None
    lacking = [item for item in items if "" in models_of(item, settings.models)]
    if lacking and not all(_skipped(lacking)):
        return UsageError(NO_MODEL)
    first: EvalscopeError | None = None
    for item in items:
        problem = _problem(item, settings)
        if problem is None:
            return None
        first = first or _placed(problem, item)
    return None if any(_skipped(items)) else first


def _placed(problem: EvalscopeError, item: pytest.Item) -> EvalscopeError:
    """Return a problem with the place of the decorator that it is about, if it is about one."""
    if not problem.message.startswith("@"):
        return problem
    return UsageError(f"{location_of(item)}: {problem.message}", hint=problem.hint)


def _skipped(items: Iterable[pytest.Item]) -> Iterator[bool]:
    from pytest_evalscope.plugin.ahead import skipped_by_mark

    return map(skipped_by_mark, items)


def _problem(item: pytest.Item, settings: Settings) -> EvalscopeError | None:
    """Return what keeps an item from a result, as a model that cannot be opened, or no judge; else None."""
    try:
        for name in models_of(item, settings.models) if settings.run_dir is None else ():
            resolve(name, settings.model)
        case = case_of(item)
        if case is not None:
            case.require(settings)
    except EvalscopeError as error:
        return error
    return None


def refuse_unused(session: pytest.Session) -> tuple[str, tuple[str, ...]]:
    """Raise pytest.UsageError for names in options and files that no collected test has; return remarks on others.

    Beside ordinary tests it is an error of each eval, unless such an option was typed. A worker that raised could only
    crash: it returns the problem instead, for the controller.
    """
    config = session.config
    if session.testsfailed:  # what could not be collected was reported, and the names may be its own
        return "", ()
    if not names_given(config):
        given = settings_of(config).given
        folders = {item.path.parent for item in session.items if (case := case_of(item)) is not None and case.jobs}
        named = "threshold" in given or "dataset-args" in given
        if not named and not any(threshold_files(folder, config.rootpath) for folder in folders):
            return "", ()
    from pytest_evalscope.plugin.unused import unused

    try:
        problem, remarks = unused(config, session.items)
    except EvalscopeError as error:
        problem, remarks = str(error), ()
    if problem and not names_given(config):
        _refuse(config, session.items, pytest.UsageError(problem))
        return "", ()
    if problem and not hasattr(config, "workerinput"):
        raise pytest.UsageError(problem)
    return problem, remarks


def open_collected(
    config: pytest.Config, items: list[pytest.Item], *, problem: str = "", remarks: Sequence[str] = ()
) -> None:
    """Make the run folder for the items of a collection, as `begin_collected` makes the session."""
    try:
        open_folder(config, items, problem=problem, remarks=remarks)
    except pytest.UsageError as error:
        _refuse(config, items, error)


def open_folder(
    config: pytest.Config, items: Sequence[pytest.Item], *, problem: str = "", remarks: Sequence[str] = ()
) -> None:
    """Make the run folder for the items that were collected.

    A worker writes `problem` there for the controller, which ends the session with it. Raises pytest.UsageError.
    """
    session: EvalSession | None = config.pluginmanager.get_plugin(SESSION)
    collector: Collector | None = config.pluginmanager.get_plugin(COLLECTOR)
    if session is None:
        return
    config.add_cleanup(end_on_sigterm())
    if collector is not None:  # xdist reports the end of a worker
        config.add_cleanup(end_as_broken(NOT_COMPUTED))
        collector.begin()
        expected = (item.nodeid for item in items if bucket_of(item) is not None)
        collector.expect(expected, deselected(config), remarks)
    try:
        session.expect(items, problem=problem, remarks=remarks)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error


def current(request: pytest.FixtureRequest) -> EvalSession:
    """Return the session; an item that uses a fixture at run time alone begins it here."""
    config, item = request.config, request.node
    if not config.pluginmanager.hasplugin(SESSION):
        try:
            if "" in models_of(item, settings_of(config).run.models):
                pytest.skip(NO_MODEL)
            begin(config, [item])
            open_folder(config, [item])
        except pytest.UsageError as error:
            fail(item, UsageError(str(error)))
    session: EvalSession | None = config.pluginmanager.get_plugin(SESSION)
    assert session is not None, "it was registered just now"
    return session
