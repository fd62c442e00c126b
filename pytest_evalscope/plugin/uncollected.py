"""Mistakes in a file of tests that keep it, or a gate of it, from being collected."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from pytest_evalscope.plugin.declare import ATTRIBUTE


def mistake_of(collector: pytest.Collector, report: pytest.CollectReport) -> str:
    """Return the message of a mistake that keeps a file from being imported, with its line; empty for other failures."""
    from pytest_evalscope.errors import UsageError

    excinfo = None if report.call is None else report.call.excinfo
    if (
        excinfo is None
        or not isinstance(excinfo.value, UsageError)
        or isinstance(excinfo.value, collector.CollectError)
    ):
        return ""
    lines = [entry.lineno + 1 for entry in excinfo.traceback if Path(entry.path) == collector.path]
    place = f"{collector.path.name}:{lines[-1]}: " if lines else f"{collector.path.name}: "
    return f"{place}{excinfo.value}"


def refuse_uncollected(collector: Any, name: str, found: Any, collected: object) -> None:
    """Raise where pytest collects no test from what has a declaration, so that its gate would vanish.

    Raises pytest.Collector.CollectError for a function or a fixture of another name, for the methods of a class that
    is not collected, and for those of a unittest.TestCase, which have no fixtures.
    """
    function = getattr(found, "_fixture_function", found)  # what pytest 8.4 makes of a fixture
    place = getattr(collector.obj, "__module__", None) or getattr(collector.obj, "__name__", "")
    if isinstance(function, FunctionType):
        if not collected and ATTRIBUTE in vars(function) and function.__module__ == place:
            kind = vars(function)[ATTRIBUTE].kind
            fixture = " is a fixture" if found is not function or hasattr(found, "_pytestfixturefunction") else ""
            raise _lost(collector, f"@{kind} on {name}{fixture or ', which pytest does not collect as a test'}")
    elif isinstance(found, type) and found.__module__ == place:
        unittest = sys.modules.get("unittest")
        of_unittest = unittest is not None and issubclass(found, unittest.TestCase)
        # A class that others inherit from need not be collected itself.
        if of_unittest or not (collected or found.__subclasses__() or getattr(found, "__test__", True) is False):
            for key, method in vars(found).items():
                if isinstance(method, FunctionType) and ATTRIBUTE in vars(method):
                    why = "a unittest.TestCase" if of_unittest else "which pytest does not collect as a class of tests"
                    raise _lost(collector, f"@{vars(method)[ATTRIBUTE].kind} on {key} of the class {name}, {why}")


def _lost(collector: Any, what: str) -> Exception:
    return pytest.Collector.CollectError(
        f"{collector.nodeid}: {what}; accepted: a function of a name such as test_gsm8k, or a method of such a name in "
        "a class of a name such as TestMaths"
    )
