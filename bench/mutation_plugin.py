"""What `mutants.py` has pytest do: tell coverage each test's name, note how long it took, run only the chosen ones.

MUTANTS_NOTES=FILE    where the seconds of each test, and which failed, are written
MUTANTS_CHOSEN=FILE   the tests to run, in their order, and all that are known; tests of other names are new ones of
                      a chosen function, whose cases the changed program names differently
MUTANTS_TEST          the test that runs, for its child processes
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count what is executed as this test's, here and in its child processes."""
    current = Coverage.current() if "COVERAGE_PROCESS_START" in os.environ else None
    if current is not None:
        os.environ["MUTANTS_TEST"] = item.nodeid
        current.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        if current is not None:
            os.environ["MUTANTS_TEST"] = ""
            current.switch_context("")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the chosen tests, in their order; and those that start two workers out, whose plain form tells as much."""
    if "MUTANTS_CHOSEN" not in os.environ:
        items[:] = [item for item in items if "[two workers" not in item.nodeid]
        return
    told = json.loads(Path(os.environ["MUTANTS_CHOSEN"]).read_text("utf-8"))
    places: dict[str, int] = {}
    for place, name in enumerate(told["chosen"]):
        places[name] = place
        places.setdefault(name.partition("[")[0], place)
    known = set(told["known"])
    kept: list[tuple[int, int, pytest.Item]] = []
    for item in items:
        name = item.nodeid if item.nodeid in known else item.nodeid.partition("[")[0]
        if name in places:
            kept.append((places[name], len(kept), item))
    left = {item for *_, item in kept}
    config.hook.pytest_deselected(items=[item for item in items if item not in left])
    items[:] = [item for *_, item in sorted(kept, key=lambda entry: entry[:2])]


class _Notes:
    """The seconds of each test, and those that failed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a part of a test."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write what was noted."""
        made = {"seconds": self.seconds, "failed": sorted(self.failed)}
        self.path.write_text(json.dumps(made), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Note only in the process that hears of every test."""
    if "MUTANTS_NOTES" in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes(Path(os.environ["MUTANTS_NOTES"])))
