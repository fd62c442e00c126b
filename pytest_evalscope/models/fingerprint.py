"""Telling one function from another, and from what it was before somebody edited it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePath
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

_DEPTH = 12
"""Levels of nesting that are looked into; what refers to itself has no end."""


def path_of(function: Callable[..., Any]) -> str:
    """Return `module:qualified.name` of the function, or of the innermost one that it wraps."""
    *_, inner = _layers(function)
    return f"{getattr(inner, '__module__', None)}:{getattr(inner, '__qualname__', type(inner).__qualname__)}"


def fingerprint(function: Callable[..., Any]) -> str:
    """Return 16 hex digits that change when the function changes; "" when it holds what cannot be looked into.

    Covers the whole source file of the function and of its decorators, and what is bound to it: defaults, partial
    arguments, the variables it closes over, the object it is a method of. What other modules hold is not seen.
    """
    digest = hashlib.sha256()
    try:
        _mix(digest.update, function, 0)
    except _OpaqueError:
        return ""
    return digest.hexdigest()[:16]


class _OpaqueError(Exception):
    """An object whose state decides replies and cannot be read: a connection, a lock, foreign memory."""


def _mix(update: Callable[[bytes], None], function: Any, depth: int) -> None:
    for layer in _layers(function):
        names = ("__self__", "args", "keywords", "__defaults__", "__kwdefaults__")
        held = [getattr(layer, name, None) for name in names]
        held.append([_held_in(cell) for cell in getattr(layer, "__closure__", None) or ()])
        if not isinstance(layer, (partial, FunctionType, MethodType, BuiltinFunctionType)):
            held.append(layer)
        update(_spell(held, depth).encode("utf-8", "surrogatepass"))
        code = getattr(layer, "__code__", None)
        if isinstance(code, CodeType):
            update(_spell(code, depth).encode("utf-8", "surrogatepass"))
            try:
                update(Path(code.co_filename).read_bytes())
            except (OSError, ValueError):
                pass  # typed at a prompt or made at run time


def _layers(function: Any) -> Iterator[Any]:
    """The function and what it wraps, from outside in: partials, decorators, bound methods, objects with `__call__`."""
    for _ in range(32):  # an object that pretends to have every attribute would never end
        yield function
        if isinstance(function, partial):
            function = function.func
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif hasattr(function, "__func__"):
            function = function.__func__
        elif not hasattr(function, "__code__") and hasattr(type(function).__call__, "__code__"):
            function = type(function).__call__
        else:
            return


def _held_in(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not yet assigned
        return None


def _spell(value: object, depth: int) -> str:
    """Text that equal values share and others do not. Raises _OpaqueError."""
    if value is None or value is ... or isinstance(value, (str, bytes, int, float, complex, PurePath)):
        return repr(value)
    depth += 1
    if depth > _DEPTH:
        raise _OpaqueError
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_spell(item, depth) for item in value)}]"
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(_spell(item, depth) for item in value))}}}"
    if isinstance(value, dict):
        return f"{{{','.join(f'{_spell(key, depth)}:{_spell(item, depth)}' for key, item in value.items())}}}"
    return _spell_object(value, depth)


def _spell_object(value: object, depth: int) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, CodeType):
        return f"{value.co_name} {value.co_firstlineno} {value.co_code.hex()} {_spell(value.co_consts, depth)}"
    if isinstance(value, (partial, FunctionType, MethodType, BuiltinFunctionType)):
        digest = hashlib.sha256()
        _mix(digest.update, value, depth)
        return digest.hexdigest()
    state = getattr(value, "__dict__", None)
    if not isinstance(state, dict) or type(value).__basicsize__ > _Plain.__basicsize__:
        raise _OpaqueError
    return f"{_spell(type(value), depth)}{_spell(state, depth)}"


class _Plain:
    """An object that keeps all it has in its `__dict__`; a larger one has slots, or memory of its own."""
