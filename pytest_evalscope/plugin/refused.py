"""Evals that a mistake keeps from running: the end of the session, or errors beside the tests that can run."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_evalscope.plugin.collector import COLLECTOR, Collector
from pytest_evalscope.plugin.keys import REFUSED, SESSION, is_eval, location_of


def refuse(config: pytest.Config, items: list[pytest.Item], error: pytest.UsageError) -> None:
    """End the session with a usage error where it has evals alone; else have each eval be an error of its own.

    A worker of xdist hands the error to its controller, which raises it: `workers.Controller.pytest_testnodedown`.
    """
    evals = [item for item in items if is_eval(item)]
    plugins = config.pluginmanager
    collector: Collector | None = plugins.get_plugin(COLLECTOR)
    for name in (SESSION, COLLECTOR):
        if plugins.hasplugin(name):
            plugins.unregister(name=name)
    if collector is not None:
        collector.give_up()
    if evals and len(evals) < len(items) and not config.option.collectonly:
        plugins.register(Refused(str(error)), "evalscope-refused")
        return
    output: dict[str, object] | None = getattr(config, "workeroutput", None)
    if output is None:
        raise error
    output[REFUSED] = str(error)
    items.clear()


class Refused:
    """Makes an error of each eval, after its markers, which may skip it."""

    def __init__(self, message: str) -> None:
        self._message = message

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """End an eval as an error, with its place and without a traceback."""
        if is_eval(item):
            raise pytest.fail.Exception(f"{self._message}\n{location_of(item)}", pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note on the report that a gate was not computed."""
        report = yield
        if report.failed and report.when == "setup" and is_eval(item):
            vars(report)[REFUSED] = True
        return report
