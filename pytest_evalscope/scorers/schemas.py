"""A JSON Schema or a pydantic model: the paths of its fields, and what of a JSON text does not fit it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from pytest_evalscope.errors import MissingExtra, UnknownName, UsageError

_DEEPEST = 8
"""Depth to which the fields of a schema are listed; one that contains itself has no end."""


Validator: TypeAlias = Callable[[str], Iterator[tuple[tuple[str | int, ...], str]]]
"""Function of a JSON text that yields each path which does not fit, and what is wrong there."""


class Schema:
    """A schema that was checked."""

    def __init__(self, schema: Mapping[str, Any], validator: Validator) -> None:
        self._validator = validator
        self._paths: set[str] = set()
        self._open: set[str] = set()
        self._list(schema, schema, "", 0)
        kind = _resolved(schema, schema).get("type", "object")
        if kind != "object":
            raise UsageError(f"structured: the schema is not of an object ({kind!r}); accepted: the type 'object'")

    def problems(self, text: str) -> list[str]:
        """Return what in a JSON text does not fit: the path and what is wrong there, at most 200 characters each."""
        found = [f"{'.'.join(map(str, path)) or 'the whole'}: {why}" for path, why in self._validator(text)]
        return [why if len(why) <= 200 else f"{why[:199]}…" for why in found]

    def require(self, path: str, option: str) -> None:
        """Raise UnknownName for a path that the schema does not have, where it lists what it has."""
        parents = {"", *(path[:place] for place, char in enumerate(path) if char == ".")}
        if path not in self._paths and self._open.isdisjoint(parents):
            raise UnknownName(f"structured: {option}: field of the schema", path, self._paths)

    def _list(self, root: Mapping[str, Any], part: Any, path: str, depth: int) -> None:
        """List the paths below `part`; those of objects that name no properties are open."""
        part = _resolved(root, part)
        if depth > _DEEPEST or not isinstance(part, Mapping):
            return
        for items in (part.get("items"), *(part.get("prefixItems") or ())):
            self._list(root, items, path, depth + 1)
        for many in ("allOf", "anyOf", "oneOf"):
            for each in part.get(many) or ():
                self._list(root, each, path, depth + 1)
        for name, inside in (part.get("properties") or {}).items():
            below = f"{path}.{name}" if path else name
            self._paths.add(below)
            self._list(root, inside, below, depth + 1)
        apart = part.get("additionalProperties", False) if "properties" in part else None
        if apart or part.get("patternProperties") or (part.get("type") == "object" and "properties" not in part):
            self._open.add(path)


def schema_of(given: object) -> Schema:
    """Return the schema that a JSON Schema or a pydantic model is. Raises UsageError, MissingExtra."""
    from pydantic import BaseModel

    if isinstance(given, type) and issubclass(given, BaseModel):
        return Schema(given.model_json_schema(), _of_model(given))
    if isinstance(given, Mapping):
        return Schema(given, _of_schema(dict(given)))
    raise UsageError(
        f"structured: schema is neither a JSON Schema nor a pydantic model ({type(given).__name__} {given!r:.60}); "
        "accepted: a dictionary such as {'type': 'object', 'properties': {…}}, or a class that inherits from BaseModel"
    )


def _of_model(model: Any) -> Validator:
    from pydantic import ValidationError

    def problems(text: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
        try:
            model.model_validate_json(text, strict=True)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False, include_input=False):
                yield each["loc"], each["msg"]

    return problems


def _of_schema(schema: dict[str, Any]) -> Validator:
    try:
        import jsonschema  # type: ignore[import-untyped]  # it has no types of its own
    except ImportError:
        raise MissingExtra("structured", "jsonschema", "pip install 'pytest-evalscope[schema]'") from None
    made = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        made.check_schema(schema)
    except jsonschema.SchemaError as error:
        where = ".".join(map(str, error.absolute_path)) or "the whole"
        raise UsageError(
            f"structured: invalid JSON Schema ({where}: {error.message:.200}); accepted: a schema of "
            f"{made.META_SCHEMA.get('$schema', 'JSON Schema')}"
        ) from None
    for reference in _references(schema):
        _target_of(schema, reference)
    validator = made(schema)

    def problems(text: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for error in sorted(validator.iter_errors(json.loads(text)), key=lambda error: list(map(str, error.path))):
            yield tuple(error.absolute_path), error.message

    return problems


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _references(each)


def _resolved(root: Mapping[str, Any], part: Any) -> Any:
    """Return the part that `$ref` points to, through sixteen references at most."""
    for _ in range(16):
        if not (isinstance(part, Mapping) and isinstance(part.get("$ref"), str)):
            return part
        part = _target_of(root, part["$ref"])
    return {}


def _target_of(root: Any, reference: str) -> Any:
    """Return what a reference within the schema points to. Raises UsageError: nothing is ever fetched."""
    part = root
    if not reference.startswith("#"):
        raise UsageError(
            f"structured: the schema refers to something outside it ($ref {reference!r}); accepted: a reference into "
            "it, such as '#/$defs/address'"
        )
    for name in filter(None, reference[1:].split("/")):
        key = unquote(name).replace("~1", "/").replace("~0", "~")
        if isinstance(part, list) and key.isdecimal() and int(key) < len(part):
            part = part[int(key)]
        else:
            part = part.get(key) if isinstance(part, Mapping) else None
        if part is None:
            known = ", ".join(f"#/$defs/{name}" for name in root.get("$defs", {})) or "none"
            raise UsageError(f"structured: the schema has no part {reference!r}; known in $defs: {known}")
    return part
