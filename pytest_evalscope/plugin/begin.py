"""Beginning an eval session, once an eval is collected or a fixture of this plugin is used."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_evalscope.api.conduct import refuse_clashes
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.gates import threshold_files
from pytest_evalscope.plugin.buckets import bucket_of
from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.keys import SESSION, case_of, deselected
from pytest_evalscope.plugin.options import names_given
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.plugin.settings import settings_of


def begin(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Make the session of this process. Raises pytest.UsageError for options that contradict each other."""
    plugins = config.pluginmanager
    if plugins.hasplugin(SESSION):
        return
    cases = [(case, item.nodeid) for item in items if (case := case_of(item)) is not None]
    try:
        # A worker that refused to begin could only crash; its items are errors, each by itself.
        if not config.option.collectonly and not hasattr(config, "workerinput"):
            for case, _ in cases:
                case.require(settings_of(config).run)
        session = EvalSession(config)
        refuse_clashes(
            ((job, nodeid) for case, nodeid in cases for job in case.jobs),
            hint='give one of them a name of its own, @benchmark(…, name="gsm8k-zero-shot")',
        )
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error
    plugins.register(session, SESSION)
    if not session.is_worker:
        plugins.register(Collector(config, session.folder, settle=session.settle), COLLECTOR)


def refuse_unused(session: pytest.Session) -> tuple[str, tuple[str, ...]]:
    """Raise pytest.UsageError for names in options and files that no collected test has; return remarks on others.

    A worker that raised could only crash: it returns the problem instead, for the controller.
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
    if problem and not hasattr(config, "workerinput"):
        raise pytest.UsageError(problem)
    return problem, remarks


def open_folder(
    config: pytest.Config, items: Sequence[pytest.Item], *, problem: str = "", remarks: Sequence[str] = ()
) -> None:
    """Make the run folder for the items that were collected.

    A worker writes `problem` there for the controller, which ends the session with it.
    """
    session: EvalSession | None = config.pluginmanager.get_plugin(SESSION)
    collector: Collector | None = config.pluginmanager.get_plugin(COLLECTOR)
    if session is None:
        return
    if collector is not None:
        collector.begin()
        expected = (item.nodeid for item in items if bucket_of(item) is not None)
        collector.expect(expected, deselected(config), remarks)
    session.expect(items, problem=problem, remarks=remarks)


def current(request: pytest.FixtureRequest) -> EvalSession:
    """Return the session; an item that uses a fixture at run time alone begins it here."""
    config = request.config
    if not config.pluginmanager.hasplugin(SESSION):
        begin(config, [request.node])
        open_folder(config, [request.node])
    session: EvalSession | None = config.pluginmanager.get_plugin(SESSION)
    assert session is not None, "it was registered just now"
    return session
