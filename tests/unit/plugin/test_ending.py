"""The exit status tells gates that were not computed from tests that failed."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin.ending import NOT_COMPUTED, Ending
from pytest_evalscope.plugin.keys import FAIL_UNDER


def report(when: str = "setup", **fields: Any) -> Any:
    return SimpleNamespace(when=when, **{"nodeid": "t.py::test", "failed": True, **fields})


def ended(*reports: Any, failed: int, exitstatus: int = 1) -> Any:
    ending, session = Ending(), SimpleNamespace(exitstatus=exitstatus, testsfailed=failed)
    for each in reports:
        ending.pytest_runtest_logreport(each)
    ending.pytest_sessionfinish(session)  # type: ignore[arg-type]  # it reads two fields
    return session.exitstatus


LOST = (report(evalscope={}), report(nodeid=f"{FAIL_UNDER}[index-m]"), report(evalscope_refused=True))


@pytest.mark.parametrize("lost", LOST)
def test_a_gate_that_was_not_computed_has_a_status_of_its_own(lost):
    assert ended(lost, failed=1) == NOT_COMPUTED


@pytest.mark.parametrize(
    "other",
    [
        report(),
        report("call", evalscope={}),
        report(evalscope={}, failed=False),
        report("call", nodeid=FAIL_UNDER),
        report("teardown", evalscope={}),
    ],
)
def test_what_failed_or_passed_is_none(other):
    assert ended(*LOST, other, failed=4) == 1
    assert ended(other, failed=1) == 1


@pytest.mark.parametrize("exitstatus", [0, 2, 3, 4, 5])
def test_how_pytest_itself_has_ended_stays(exitstatus):
    assert ended(*LOST, failed=3, exitstatus=exitstatus) == exitstatus
