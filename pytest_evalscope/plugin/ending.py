"""The exit status of a session whose tests all passed, but whose gates were not all computed."""

from __future__ import annotations

import pytest

from pytest_evalscope.plugin.keys import FAIL_UNDER, REFUSED

NOT_COMPUTED = 10
"""The exit status when no test failed, but a gate was not computed. pytest's own end at 6."""


class Ending:
    """Counts the gates that were not computed, in the process that decides on the exit status."""

    def __init__(self) -> None:
        self._count = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a gate that ended before it was computed."""
        gate = hasattr(report, "evalscope") or hasattr(report, REFUSED) or report.nodeid.startswith(FAIL_UNDER)
        self._count += gate and report.failed and report.when == "setup"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Set the exit status, unless a test failed too."""
        if self._count and session.exitstatus == pytest.ExitCode.TESTS_FAILED and session.testsfailed == self._count:
            session.exitstatus = NOT_COMPUTED
