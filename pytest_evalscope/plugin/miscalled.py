"""Calls of a function or a class of ours with arguments that it does not take, in the words of our other errors."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import UnknownName, UsageError

_CALLED = re.compile(r"(?:[\w<>]+\.)*?(\w+)(?:\.__init__)?\(\) (.+)", re.DOTALL)
_UNKNOWN = re.compile(r"got an unexpected keyword argument '(\w+)'")
_BY_PLACE = re.compile(r"takes .*positional argument")


def miscalled(error: TypeError, names: Mapping[str, Any]) -> UsageError | None:
    """Return the error for a call that Python refused; None where it is not one of ours, imported among `names`."""
    said = _CALLED.fullmatch(str(error))
    function = None if said is None else _ours(said[1], names)
    if said is None or function is None:
        return None
    name, what = said[1], said[2]
    parameters = inspect.signature(function).parameters
    unknown = _UNKNOWN.match(what)
    if unknown is not None:
        return None if unknown[1] in parameters else UnknownName(f"argument of {name}", unknown[1], parameters)
    required = [each for each in parameters.values() if each.default is each.empty and each.kind < each.VAR_KEYWORD]
    needed = [f"{each.name}=…" if each.kind is each.KEYWORD_ONLY else each.name for each in required]
    accepted = f"{name}({', '.join([*needed, '…'])})"
    if what.startswith("missing "):
        return UsageError(f"{name}: {what}; accepted: {accepted}")
    if _BY_PLACE.match(what):
        return UsageError(f"{name}: {what}; accepted: {accepted}, with the names of the others")
    return None


def _ours(name: str, names: Mapping[str, Any]) -> Any:
    """Return the function or class of ours that has this name, by whatever name a file has imported it."""
    for found in names.values():
        if inspect.ismodule(found) and f"{found.__name__}.".startswith("pytest_evalscope."):
            found = getattr(found, name, None)
        module = getattr(found, "__module__", None)
        if callable(found) and getattr(found, "__name__", "") == name and str(module).startswith("pytest_evalscope."):
            return found
    return None
