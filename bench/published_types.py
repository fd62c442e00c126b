"""Request bodies against the TypedDicts of the providers' own client libraries, in which no key may be unknown."""

from __future__ import annotations

import collections.abc
import types
import typing
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict


def first_error(body: Any, kind: Any) -> str:
    """Return what is wrong with a body first; "" for a valid one."""
    try:
        adapter(kind).validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200]
    return next((f"{place}: the type has no such key" for place in unknown(body, kind)), "")


def unknown(value: Any, kind: Any, path: str = "body") -> list[str]:
    """Return the places of keys that the TypedDicts in `kind` do not have, along the member of a union that fits."""
    while typing.get_origin(kind) in (typing.Annotated, Required, NotRequired):
        kind = typing.get_args(kind)[0]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        found = [unknown(value, each, path) for each in args if fits(value, each)]
        return min(found, key=len, default=[])
    if is_typeddict(kind) and isinstance(value, dict):
        hints = get_type_hints(kind, include_extras=True)
        here = [f"{path}.{key}" for key in value if key not in hints]
        return here + [
            each for key in value.keys() & hints.keys() for each in unknown(value[key], hints[key], path + "." + key)
        ]
    if (
        isinstance(value, (list, tuple))
        and args
        and isinstance(origin, type)
        and issubclass(origin, collections.abc.Iterable)
    ):
        return [each for place, item in enumerate(value) for each in unknown(item, args[0], f"{path}[{place}]")]
    return []


def fits(value: Any, kind: Any) -> bool:
    """Return whether a value is valid by a type."""
    try:
        adapter(kind).validate_python(value)
    except Exception:  # noqa: BLE001 - also a schema that pydantic cannot make
        return False
    return True


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the validator of a type."""
    return TypeAdapter(kind)
