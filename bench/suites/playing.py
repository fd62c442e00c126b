"""Runs somebody else's test functions with stand-ins for what they import: what is not a stand-in does nothing.

Their tests are executed in this process, so run only snapshots that you would run the tests of. Of the modules that
they import only those in `REAL` are the real ones.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, redirect_stdout
from io import StringIO
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from bench.suites.case import Book, Claim

REAL = frozenset(
    {
        "__future__", "collections", "contextlib", "dataclasses", "enum", "functools", "io", "itertools", "json",
        "math", "numpy", "pathlib", "pytest", "random", "re", "string", "sympy", "textwrap", "types", "typing",
    }
)  # fmt: skip


class Nothing:
    """Stands for every name that has no stand-in: any attribute, call or item of it is nothing too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return nothing, or the function or class that it decorates."""
        decorated = arguments[0] if len(arguments) == 1 and not named else None
        return decorated if isinstance(decorated, (FunctionType, type)) else Nothing()

    def __getitem__(self, key: Any) -> Any:
        return Nothing()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> bool:
        return True

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (Assertions,)

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class Assertions:
    """The base of their test classes: compares with `==`, which makes cases of claims."""

    def assertEqual(self, first: Any, second: Any, *_: Any, **__: Any) -> None:  # noqa: N802 - unittest's name
        """Compare two values, of which either may be a claim."""
        _same(first, second)

    assertAlmostEqual = assertEqual  # noqa: N815 - unittest's name

    def assertTrue(self, value: Any, *_: Any) -> None:  # noqa: N802 - unittest's name
        """Compare with True."""
        _same(value, True)

    def assertFalse(self, value: Any, *_: Any) -> None:  # noqa: N802 - unittest's name
        """Compare with False."""
        _same(value, False)

    def subTest(self, *_: Any, **__: Any) -> Any:  # noqa: N802 - unittest's name
        """Do what the block does."""
        return nullcontext()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("assert"):
            return Nothing()
        raise AttributeError(name)


def _same(first: Any, second: Any) -> None:
    if not (second == first if isinstance(second, Claim) else first == second):
        raise AssertionError(f"{first!r} is not {second!r}")


class _Stage:
    """A module of theirs that is not there: the stand-ins by their names, and nothing else."""

    def __init__(self, stand_ins: Mapping[str, Any]) -> None:
        self._stand_ins = stand_ins

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._stand_ins.get(name, Nothing())


def load(path: Path, stand_ins: Mapping[str, Any]) -> dict[str, Any]:
    """Execute a file of theirs and return its names; stand-ins take the place of what it imports and defines."""

    def imported(name: str, into: Any = None, given: Any = None, names: Any = (), level: int = 0) -> Any:
        if not level and name.partition(".")[0] in REAL:
            return builtins.__import__(name, into, given, names or (), level)
        return _Stage(stand_ins)

    space: dict[str, Any] = {
        "__name__": path.stem,
        "__file__": str(path),
        "__builtins__": {**vars(builtins), "__import__": imported},
        **stand_ins,
    }
    exec(compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True), space)
    space.update(stand_ins)
    return space


def play(book: Book, root: Path, file: str, stand_ins: Mapping[str, Any]) -> None:
    """Run the test functions of a file below `root`; their comparisons with claims go into the book."""
    for name, function in _functions(load(root / file, stand_ins)):
        book.place = f"{file}::{name}"
        before = len(book.cases)
        why = _run(function)
        if found := len(book.cases) - before:
            why = f"{found} cases, then {why}" if why else ""
        else:
            why = why or "compares no answer"
        if why:
            book.left_out[book.place] = why


def _run(function: Callable[..., Any]) -> str:
    """Run a function with each of its parameters; return what kept it from being run, or ended it."""
    marks = getattr(function, "pytestmark", [])
    if any(mark.name == "skip" for mark in marks):
        return "is skipped there"
    every = [_sets(mark.args) for mark in marks if mark.name == "parametrize"]
    every += [list(getattr(function, "parameters", ()))] if hasattr(function, "parameters") else []
    parameters = [dict(itertools.chain.from_iterable(map(dict.items, sets))) for sets in itertools.product(*every)]
    missing = [name for name in inspect.signature(function).parameters if name not in parameters[0]]
    if missing:
        return f"needs {', '.join(missing)}"
    why = ""
    for named in parameters:
        try:
            with redirect_stdout(StringIO()):
                made = function(**named)
                if inspect.isawaitable(made):
                    asyncio.run(_awaited(made))
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001 - in any way of theirs
            why = f"ended with {type(error).__name__}: {error}"[:200]
    return why


async def _awaited(made: Any) -> None:
    await made


def _sets(arguments: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the sets of parameters of a `pytest.mark.parametrize`."""
    names, values = arguments
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [value.values if hasattr(value, "marks") else value if len(names) > 1 else (value,) for value in values]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _nothing() -> None:
    """Stand for what their class does not prepare."""


def _functions(space: Mapping[str, Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in list(space.items()):
        if name.startswith("test") and isinstance(value, FunctionType):
            yield name, value
        elif isinstance(value, type) and value.__module__ == space["__name__"]:
            for method in [each for each in vars(value) if each.startswith("test")]:
                test = value()
                for prepare in ("setUpClass", "setUp"):
                    getattr(test, prepare, _nothing)()
                if callable(bound := getattr(test, method)):
                    yield f"{name}::{method}", bound
