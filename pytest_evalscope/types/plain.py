"""Making values plain: what crosses a process, a file or a report is JSON and nothing else."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import ItemsView, Iterable, KeysView, Mapping, ValuesView
from dataclasses import fields, is_dataclass
from typing import Any

LONGEST = 4096
"""Bits of an integer that is kept as a number: Python reads and writes no number of more than 4,300 digits."""
FINITE = (list, tuple, set, frozenset, deque, KeysView, ValuesView, ItemsView)
"""Collections besides mappings that end and stay as they are when they are gone through."""


def clean(text: str) -> str:
    r"""Return `text` with surrogate pairs joined and every lone surrogate replaced by U+FFFD.

    JSON may spell a lone surrogate ("\ud83d"); no encoder, JUnit file or worker pipe accepts one.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def plain(value: object) -> Any:
    """Return `value` as JSON types: exact str, int, float, bool, None, list and dict.

    Subclasses become their base (a numpy float is a float, a str enum a str), paths become text, NaN and the
    infinities become None, sets are sorted by their text, arrays are what their `tolist()` gives; of a dataclass the
    fields whose names begin with an underscore are left out, as orjson does. Anything else becomes `str(value)`: what
    is neither a mapping nor one of Python's own collections is never gone through, for that may change it (an iterator,
    a cursor) or not end. A value that contains itself is `<type: contains itself>` there.
    """
    return _plain(value, ())


def _plain(value: object, above: tuple[int, ...]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(str.__str__(value) if type(value) is not str else value)
    if isinstance(value, int):
        return int(value) if value.bit_length() <= LONGEST else f"an integer of {value.bit_length()} bits"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if id(value) in above:
        return f"<{type(value).__name__}: contains itself>"
    return _within(value, (*above, id(value)))


def _within(value: Any, here: tuple[int, ...]) -> Any:
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(item, here) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name), here) for item in fields(value) if item.name[0] != "_"}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item, here) for item in value), key=str)
    if isinstance(value, FINITE):
        return [_plain(item, here) for item in value]
    kind = type(value)  # its members are those of its class: an object may make up others, which runs code of its own
    if callable(getattr(kind, "item", None)) and getattr(value, "ndim", None) == 0:
        return _plain(value.item(), here)  # scalars of numpy and torch
    if callable(getattr(kind, "tolist", None)):
        return _plain(value.tolist(), here)  # their arrays, and pandas' columns
    return clean(str(value))


DEEPEST = 100
"""Levels of lists and objects, one within the other, that a value may have."""


def not_json(value: object, place: str = "", level: int = 0) -> str:
    """Return what of `value` has no form in JSON and where, as in `['a'][2]: a set`; empty where all of it has.

    Tuples count as lists. Refused are keys that are no text, NaN and the infinities, integers beyond 64 bits, which
    readers round, and more than 100 levels.
    """
    if value is None or isinstance(value, (str, bool)):
        return ""
    if isinstance(value, int):
        return "" if -(2**63) <= value < 2**64 else f"{place}: an integer beyond 64 bits"
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"{place}: {value}"
    if level > DEEPEST:
        return f"{place[:40]}…: more than {DEEPEST} levels"
    if isinstance(value, Mapping):
        odd = next((key for key in value if not isinstance(key, str)), None)
        if odd is not None or None in value:
            return f"{place}: the key {odd!r}, which is no text"
        inner: Iterable[tuple[object, object]] = value.items()
    elif isinstance(value, (list, tuple)):
        inner = enumerate(value)
    else:
        return f"{place}: a {type(value).__name__}"
    return next((found for key, item in inner if (found := not_json(item, f"{place}[{key!r}]", level + 1))), "")


_HOLDERS = frozenset({dict, list})


def repeated_key(text: bytes, value: object) -> str:
    """Return a key that an object in `text` has twice, as JSON spells it; empty without one. `value` is what was read.

    Readers keep the last of two values without a word. The keys are counted, which costs next to nothing; only where
    there seem to be more in the text than in the value is it read once more, by a parser that shows them.
    """
    keys, open_ = 0, [value]
    while open_:
        each = open_.pop()
        if type(each) is dict:  # a parser makes no other kinds of objects and lists
            keys += len(each)
            each = each.values()
        elif type(each) is not list:
            continue
        open_ += [inner for inner in each if type(inner) in _HOLDERS]
    if text.count(b'":') - text.count(b'\\":') == keys:
        return ""
    import json

    try:
        json.loads(text, object_pairs_hook=without_repeats)
    except RepeatedKey as error:
        return str(error)
    except (ValueError, RecursionError):  # whoever read it judges that
        pass
    return ""


class RepeatedKey(ValueError):
    """A key that an object in JSON has twice."""


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of a JSON parser's pairs. Raises RepeatedKey."""
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        raise RepeatedKey(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # adding says nothing
    return made
