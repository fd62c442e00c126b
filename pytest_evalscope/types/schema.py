"""Checking JSON values against the part of JSON Schema that describes the parameters of tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CHECKED = ("type", "enum", "anyOf", "properties", "required", "additionalProperties", "items")
"""The keywords that are checked; any other (`pattern`, `minimum`, `$ref` …) is for the model to read."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (Mapping,),
    "null": (type(None),),
}
SHOWN = 60
"""Characters of a value that a message quotes."""


def problem_of(value: Any, schema: Mapping[str, Any], place: str = "") -> str:
    """Return the first thing in `value` that `schema` does not allow, in one line; "" when all of it fits.

    `value` is JSON as Python has it. An integer is a number without a decimal point: `3.0` is none. Depth is bounded by
    the schema's own, so a value that is nested without end costs nothing.
    """
    kinds = schema.get("type")
    if kinds is not None and not _has_type(value, kinds):
        wanted = kinds if isinstance(kinds, str) else " or ".join(map(str, kinds))
        return f"{_named(place)} is not of type {wanted} ({_shown(value)})"
    choices = schema.get("enum")
    if isinstance(choices, Sequence) and not any(_same(value, choice) for choice in choices):
        return f"{_named(place)} is none of {', '.join(map(repr, choices))} ({_shown(value)})"
    either = schema.get("anyOf")
    if isinstance(either, Sequence) and either:
        problems = [problem_of(value, each, place) for each in either]
        if all(problems):
            return problems[0]
    if isinstance(value, Mapping):
        return _in_object(value, schema, place)
    if isinstance(value, (list, tuple)):
        return _in_items(value, schema, place)
    return ""


def _in_object(value: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> str:
    known = schema.get("properties") or {}
    for name in schema.get("required") or ():
        if name not in value:
            return f"{_named(_below(place, name))} is missing"
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        inner = known.get(name, others)
        if inner is False:
            accepted = ", ".join(known) or "no name"
            return f"{_named(_below(place, name))} is not a known name; accepted: {accepted}"
        if isinstance(inner, Mapping) and (problem := problem_of(item, inner, _below(place, name))):
            return problem
    return ""


def _in_items(value: Sequence[Any], schema: Mapping[str, Any], place: str) -> str:
    inner = schema.get("items")
    if isinstance(inner, Mapping):
        for number, item in enumerate(value):
            if problem := problem_of(item, inner, f"{place}[{number}]"):
                return problem
    return ""


def _has_type(value: Any, kinds: str | Sequence[str]) -> bool:
    names = (kinds,) if isinstance(kinds, str) else kinds
    # In Python a bool is an int; in JSON it is no number.
    known = [name for name in names if not isinstance(value, bool) or name in ("boolean", "null")]
    return any(isinstance(value, _TYPES.get(name, ())) for name in known)


def _same(value: Any, choice: Any) -> bool:
    return value == choice and isinstance(value, bool) is isinstance(choice, bool)


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else str(name)


def _named(place: str) -> str:
    return repr(place[:SHOWN]) if place else "the value"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
