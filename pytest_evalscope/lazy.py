"""Packages whose names are imported when they are first used: a run loads what it needs and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """A package with a name that one of its modules has too; it means what the package's table says."""

    def __setattr__(self, name: str, value: Any) -> None:
        # Importing a module binds it to its name in its package, also where that is the name of a function that the
        # package shows (`solvers.chat`).
        if isinstance(value, ModuleType) and self.__dict__["_homes"].get(name) == value.__name__:
            value = getattr(value, name)
        super().__setattr__(name, value)


def import_on_use(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package that imports its names when they are first used.

    Args:
        package: The package's `__name__`.
        homes: Module, as seen from `pytest_evalscope`, → the names that the package shows of it.
    """
    root = __name__.rpartition(".")[0]
    module = sys.modules[package]
    table = {name: f"{root}.{home}" for home, names in homes.items() for name in names}
    module.__dict__["_homes"] = table
    module.__dict__["__dir__"] = lambda: sorted({*module.__dict__, *table})
    if any(home == f"{package}.{name}" for name, home in table.items()):
        module.__class__ = _Package

    def find(name: str) -> Any:
        if name not in table:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = module.__dict__[name] = getattr(import_module(table[name]), name)
        return value

    return find
