"""Request bodies against OpenAI's OpenAPI document: its schemas, and the names of their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

SCHEMAS = {
    "/chat/completions": "CreateChatCompletionRequest",
    "/responses": "CreateResponse",
    "/embeddings": "CreateEmbeddingRequest",
    "/completions": "CreateCompletionRequest",
}
NOT_IN_IT = "not in OpenAI's document"
Check = Callable[[str, dict[str, Any]], str]
"""From a path and a body to the first error; "" for a valid body."""
Fits = Callable[[Any, Any], bool]
"""Whether a value is valid by a schema."""


def openai_check(document: Mapping[str, Any]) -> Check:
    """Return the check of bodies against OpenAI's OpenAPI document."""
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types of its own

    components = overlapping(document["components"])

    def fits(value: Any, kind: Any) -> bool:
        return bool(Draft202012Validator({"components": components, "allOf": [kind]}).is_valid(value))

    def check(path: str, body: dict[str, Any]) -> str:
        if path not in SCHEMAS:
            return NOT_IN_IT
        kind = {"$ref": f"#/components/schemas/{SCHEMAS[path]}"}
        for error in Draft202012Validator({"components": components, **kind}).iter_errors(body):
            while error.context:  # the one that got furthest, of the members of a union
                error = max(error.context, key=lambda each: len(each.absolute_path))
            return f"{error.json_path}: {error.message}"[:200]
        found = unnamed(body, [kind], components["schemas"], fits)
        return f"{found[0]}: the schema has no such field" if found else ""

    return check


def overlapping(schema: Any) -> Any:
    """Return a schema whose unions may overlap."""
    if isinstance(schema, list):
        return [overlapping(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {"anyOf" if name == "oneOf" else name: overlapping(each) for name, each in schema.items()}


def unnamed(value: Any, kinds: Sequence[Any], schemas: Mapping[str, Any], fits: Fits, path: str = "$") -> list[str]:
    """Return the places of fields that none of the schemas which `value` fits has a name for."""
    flat = [each for kind in kinds for each in members(value, kind, schemas, fits)]
    if isinstance(value, list):
        items = [kind["items"] for kind in flat if "items" in kind]
        inner = [(f"{path}[{number}]", each, items) for number, each in enumerate(value)]
    elif isinstance(value, dict) and any("properties" in kind for kind in flat):
        named = {
            name: [kind["properties"][name] for kind in flat if name in kind.get("properties", ())] for name in value
        }
        if missing := [f"{path}.{name}" for name, known in named.items() if not known]:
            return missing
        inner = [(f"{path}.{name}", value[name], known) for name, known in named.items()]
    else:
        return []
    return [found for place, each, known in inner for found in unnamed(each, known, schemas, fits, place)]


def members(value: Any, kind: Any, schemas: Mapping[str, Any], fits: Fits) -> Iterator[Any]:
    """Yield a schema and those that it is composed of, of a union only the members that `value` fits."""
    yield kind
    parts = [*kind.get("allOf", ()), *(each for each in kind.get("anyOf", ()) if fits(value, each))]
    if "$ref" in kind:
        parts.append(schemas[kind["$ref"].rpartition("/")[2]])
    for each in parts:
        yield from members(value, each, schemas, fits)
