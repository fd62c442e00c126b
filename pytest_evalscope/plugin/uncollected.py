"""Mistakes in a file of tests that keep it, or a gate of it, from being collected."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from pytest_evalscope.plugin.declare import ATTRIBUTE, DECLARED


def mistake_of(collector: pytest.Collector, report: pytest.CollectReport) -> str:
    """Return the message of a mistake that keeps a file from being imported, with its line; empty for others.

    That is an error of ours, or arguments that a function or a class of ours does not take.
    """
    from pytest_evalscope.errors import UsageError

    excinfo = None if report.call is None else report.call.excinfo
    if excinfo is None or isinstance(excinfo.value, collector.CollectError):
        return ""
    error: BaseException | None = excinfo.value
    if isinstance(error, TypeError):
        from pytest_evalscope.plugin.miscalled import miscalled

        error = miscalled(error, excinfo.traceback[-1].frame.f_globals)
    if not isinstance(error, UsageError):
        return ""
    lines = [entry.lineno + 1 for entry in excinfo.traceback if Path(entry.path) == collector.path]
    place = f"{collector.path.name}:{lines[-1]}: " if lines else f"{collector.path.name}: "
    return f"{place}{error}"


def refuse_uncollected(collector: Any, name: str, found: Any, collected: object) -> None:
    """Raise where pytest collects no test from what has a declaration, so that its gate would vanish.

    Raises pytest.Collector.CollectError for a function or a fixture of another name, for the methods of a class that
    is not collected, and for those of a unittest.TestCase, which have no fixtures.
    """
    if name == DECLARED and isinstance(collector, pytest.Module):
        _refuse_replaced(collector.obj, found)
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


def _refuse_replaced(module: Any, declared: list[FunctionType]) -> None:
    """Raise where something else has the name of a decorated function, or of its class: its gate would vanish."""
    bound = [each for owner in (module, *_classes_in(module)) for each in _functions_in(owner)]
    kept = {id(vars(each).get(ATTRIBUTE)) for each in bound}
    by_name = {(each.__qualname__, each.__code__.co_filename): each for each in bound}
    for function in declared:
        code, name = function.__code__, function.__qualname__
        root, _, method = name.partition(".")
        if id(vars(function)[ATTRIBUTE]) in kept or "<locals>" in name or root not in vars(module):
            continue
        other = by_name.get((name, code.co_filename))
        if other is None:
            beside = [each for each in by_name.values() if method and each.__qualname__.startswith(f"{root}.")]
            other = min(beside, key=lambda each: each.__code__.co_firstlineno, default=None)
            name = root if method else name
        first, later = code.co_firstlineno, code.co_firstlineno if other is None else other.__code__.co_firstlineno
        if other is not None and later == first:  # a copy of it
            continue
        where = f"{Path(code.co_filename).name}:{later}: @{vars(function)[ATTRIBUTE].kind}: {name}"
        what = "is something else at the end of the file" if other is None else f"is declared twice (line {first} too)"
        raise pytest.Collector.CollectError(f"{where} {what}; accepted: a name of its own for each")


def _classes_in(owner: Any, path: str = "") -> Iterator[type]:
    """Yield the classes that a module has, and those that were written within them."""
    for name, found in list(vars(owner).items()):
        if isinstance(found, type):
            yield found
            if found.__qualname__ == path + name:
                yield from _classes_in(found, f"{path}{name}.")


def _functions_in(owner: Any) -> Iterator[FunctionType]:
    for found in list(vars(owner).values()):
        function = _function_of(found)
        if isinstance(function, FunctionType):
            yield function


def _function_of(found: Any) -> Any:
    """Return the function within a fixture, a static method or a wrapper."""
    if isinstance(found, (staticmethod, classmethod)):
        found = found.__func__
    found = getattr(found, "_fixture_function", found)
    return inspect.unwrap(found) if isinstance(found, FunctionType) else found


def _lost(collector: Any, what: str) -> Exception:
    return pytest.Collector.CollectError(
        f"{collector.nodeid}: {what}; accepted: a function of a name such as test_gsm8k, or a method of such a name in "
        "a class of a name such as TestMaths"
    )
