"""From the texts of options to the settings of a run, and from settings to the texts in its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_evalscope.data import Source
from pytest_evalscope.errors import UsageError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.options import BY_NAME, OPTIONS, Option
from pytest_evalscope.run.settings import MediaLimits, Settings
from pytest_evalscope.text import option_values
from pytest_evalscope.types import plain
from pytest_evalscope.types.encode import to_json

Text = str | Sequence[str]
"""The text of an option as it was typed; several texts for one that may be repeated."""
Given = Mapping[str, tuple[Text, str]]
"""Option → its text as it was typed, and the place (a flag, variable or key), for those that were set at all."""

_GROUPS: Mapping[str, Callable[..., Any]] = {"data": Source, "media": MediaLimits, "model": ModelOptions}
"""Fields of the settings that have options of their own."""
LONG_NAME = 16
"""Characters from which on a name may contain a key."""


def settings_from(given: Given, base: Path) -> Settings:
    """Return the settings that option texts spell; `base` is where relative paths begin. Raises UsageError."""
    fields: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {name: {} for name in _GROUPS}
    for option in OPTIONS:
        # A default is the setting's own; only where it is relative, or the settings have none, is it read.
        needed = option.name in given or option.kind in ("path", "texts")
        value = value_of(option, given, base) if option.field and needed else None
        if value is not None:
            group, _, name = option.field.rpartition(".")
            (groups[group] if group else fields)[name] = value
    groups["model"]["replayed"] = fields.get("cache") == "replay"
    groups["data"].setdefault("data_dir", None)
    return Settings(**fields, **{name: make(**groups[name]) for name, make in _GROUPS.items()})


def values_of(names: Iterable[str], given: Given, base: Path) -> dict[str, Any]:
    """Return the values of these options by their names. Raises UsageError, which names where one was set."""
    return {name: value_of(BY_NAME[name], given, base) for name in names}


def value_of(option: Option, given: Given, base: Path) -> Any:
    """Return the value of one option; None for an empty text. Raises UsageError, which names where it was set."""
    text, where = given.get(option.name, (option.default, option.flag))
    if option.kind == "texts":
        return tuple(dict.fromkeys([text] if isinstance(text, str) else text)) if text else ()
    stripped = str(text).strip()
    return _READERS[option.kind](option, stripped, where, base) if stripped else None


def _path(option: Option, text: str, where: str, base: Path) -> Path:
    path = base / text
    if option.found == "folder" and not path.is_dir():
        wrong = "it is a file" if path.exists() else "not found"
        raise UsageError(f"{where}: {wrong} ({text}); accepted: a folder that exists")
    if option.found == "room":
        nearest = next(place for place in (path, *path.parents) if place.exists())
        if not nearest.is_dir():
            raise UsageError(f"{where}: {nearest} is a file ({text}); accepted: a folder, made where it is missing")
    return path


def _number(option: Option, text: str, where: str, _: Path) -> Any:
    kind: Any = int if option.kind == "count" else float
    return option_values.number(text, where, kind, least=option.least, most=option.most)


def _shard(_: Option, text: str, where: str, __: Path) -> Any:
    from pytest_evalscope.types.shard import shard_of

    return shard_of(text, where)


def _sandbox(option: Option, text: str, where: str, _: Path) -> str:
    from pytest_evalscope.sandbox import checked_kind

    return checked_kind(text, where)


def _prices(option: Option, text: str, where: str, base: Path) -> Any:
    from pytest_evalscope.run.prices import read_prices

    return read_prices(base / text, where)


_READERS: Mapping[str, Callable[[Option, str, str, Path], Any]] = {
    "text": lambda _, text, __, ___: text,
    "path": _path,
    "count": _number,
    "number": _number,
    "limit": lambda _, text, where, __: option_values.limit(text, where),
    "flag": lambda _, text, where, __: option_values.truth(text, where),
    "mapping": lambda _, text, where, __: option_values.mapping(text, where),
    "nested": lambda _, text, where, __: option_values.nested(text, where),
    "choice": lambda option, text, where, _: option_values.choice(text, where, option.accepted),
    "shard": _shard,
    "sandbox": _sandbox,
    "prices": _prices,
}


def refuse_values(settings: Settings) -> None:
    """Raise UsageError for a setting whose value its option would not take; for settings made in Python."""
    for option in OPTIONS:
        value = _field(settings, option.field) if option.field else None
        if value is not None and option.kind in _PLAIN:
            word, types = _PLAIN[option.kind]
            where = f"settings.{option.field}"
            if isinstance(value, bool) or not isinstance(value, types):
                raise UsageError(f"{where}: not {word} ({value!r})")
            # A share is below 1, and a count is whole: 2.0 is neither.
            text = f"{value:f}" if option.kind == "limit" and isinstance(value, float) else str(value)
            _READERS[option.kind](option, text, where, Path())


_PLAIN: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "count": ("a whole number", int),
    "number": ("a number", (int, float)),
    "limit": ("a count or a share", (int, float)),
    "choice": ("a name", str),
}
"""Kinds of options whose settings are plain values: what they are called, and their types."""


def described(settings: Settings, given: Mapping[str, Text] | None = None) -> dict[str, str | list[str]]:
    """Return every option with its value as text, free of secrets, for the manifest of a run.

    `given` has what was typed; any other option reads as its setting has it, or as its default.
    """
    given = given or {}
    made: dict[str, str | list[str]] = {}
    for option in OPTIONS:
        value = given.get(option.name, _field(settings, option.field) if option.field else option.default)
        # The command line and Python run several indexes, pytest's option one: a reader of the manifest finds a list.
        if option.many or option.name == "index" or isinstance(value, (list, tuple)):
            texts = [value] if isinstance(value, str) and value else value or ()
            made[option.name] = [_shown(option, str(text)) for text in texts]
        else:
            made[option.name] = _shown(option, _text(value))
    return made


def _shown(option: Option, text: str) -> str:
    """Return the text of an option without secrets; only one with such a sign, or a long name, may contain any."""
    long = len(text) >= LONG_NAME and option.kind in ("text", "texts", "sandbox")
    if not (long or any(sign in text for sign in ("=", "://", '"'))):
        return text
    from pytest_evalscope.text.secrets import public, without_secrets

    if option.kind in ("mapping", "nested") and not text.startswith("@"):
        made = option_values.mapping(text, option.flag)
        shown = public(made)
        return text if shown == made else to_json(shown).decode()
    return without_secrets(text)


def _field(settings: Settings, path: str) -> Any:
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, (Mapping, bool)):
        return to_json(plain(value)).decode()
    if not isinstance(value, float):
        return str(value)
    short = f"{value:g}"
    # Six digits are no longer than was typed, but merging and re-scoring read the number from here.
    return short if float(short) == value else repr(value).removesuffix(".0")
