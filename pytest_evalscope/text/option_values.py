"""Options read from text, for the plugin, the command line and the environment alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import orjson

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.types import clean

T = TypeVar("T", int, float)
Name = TypeVar("Name", bound=str)


def number(text: str, where: str, kind: Callable[[str], T], *, least: float, most: float | None = None) -> T:
    """Return a number within bounds. Raises UsageError."""
    word = "whole number" if kind is int else "number"
    bounds = f"from {least:g}" + ("" if most is None else f" to {most:g}")
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not isfinite(value) or value < least or (most is not None and value > most):
        raise UsageError(f"{where}: not a {word} {bounds} ({text!r})")
    return value


def limit(text: str, where: str) -> int | float | None:
    """Return a count of samples (int), a share of them (float below 1), or None for empty text."""
    if not text:
        return None
    try:
        return number(text, where, int, least=1) if "." not in text else _share(text, where)
    except UsageError:
        raise UsageError(
            f"{where}: neither a count nor a share ({text!r}); accepted: a whole number from 1, or a share such as 0.1"
        ) from None


def _share(text: str, where: str) -> float:
    value = number(text, where, float, least=0, most=1)
    if not 0 < value < 1:
        raise UsageError(where)
    return value


def choice(text: str, where: str, accepted: Sequence[Name]) -> Name:
    """Return `text` if it is one of `accepted`. Raises UnknownName."""
    for name in accepted:
        if name == text:
            return name
    raise UnknownName(where, text, accepted)


def truth(text: str, where: str) -> bool:
    """Return whether the text says yes. Raises UsageError."""
    lowered = text.lower()
    if lowered not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise UsageError(f"{where}: neither yes nor no ({text!r}); accepted: true, false")
    return lowered in {"1", "true", "yes", "on"}


def mapping(text: str, where: str) -> dict[str, Any]:
    r"""Return the mapping in `text`, a JSON object or as `key=value,key=value`; `@path` names a file of it.

    Values of the second form are JSON where they can be (`temperature=0.7`, `stop=["\n"]`), text otherwise; a comma
    inside brackets or quotes does not separate.
    """
    text = text.strip()
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "no text in UTF-8"
            raise UsageError(f"{where}: the file cannot be read ({text[1:]}: {why})") from None
    if not text:
        return {}
    if text.startswith("{"):
        try:
            made = orjson.loads(clean(text))
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{where}: not a JSON object ({error})") from None
        return dict(made)
    pairs = {}
    for part in _split(text):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                f"{where}: not key=value ({_shown(part)!r}); accepted: key=value,key=value, or a JSON object"
            )
        pairs[key.strip()] = _json_or_text(value.strip())
    return pairs


def _split(text: str) -> list[str]:
    parts, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == '"' and text[place - 1 : place] != "\\":
            quoted = not quoted
        elif not quoted and letter in "[{":
            depth += 1
        elif not quoted and letter in "]}":
            depth -= 1
        elif letter == "," and not quoted and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _json_or_text(value: str) -> Any:
    try:
        return orjson.loads(clean(value))
    except orjson.JSONDecodeError:
        return value


def nested(text: str, where: str) -> dict[str, dict[str, Any]]:
    """Return name → options, from what `mapping` reads."""
    made = mapping(text, where)
    for name, options in made.items():
        if not isinstance(options, Mapping):
            raise UsageError(
                f"{where}: the options of {name!r} are not an object ({_shown(repr(options))}); "
                'accepted: {"few_shot": 0}'
            )
    return made


def _shown(text: str) -> str:
    from pytest_evalscope.text.secrets import without_secrets

    return without_secrets(text)
