"""The state of an environment as a record shows it: read without a change to it, and never more than a record needs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from typing import Any

from pytest_evalscope.types import clean, plain
from pytest_evalscope.types.plain import FINITE

VALUES = 2000
"""Values that are shown at most, those within others included."""
ITEMS = 500
"""Values of one collection that are shown."""
DEPTH = 20
"""Levels of values within values that are shown."""
CHARACTERS = 8192
"""Characters of a text that are shown."""
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


def shown(state: object) -> Any:
    """Return the state as JSON: a value as it is, an object as its attributes.

    Mappings, dataclasses and Python's own collections are gone through, nothing else: an iterator, a file or an object
    within the state is its text without an address in memory, or the name of its type where it has none. Beyond
    `VALUES`, `ITEMS`, `DEPTH` and `CHARACTERS` a text says how much is left out. A value that contains itself is
    `<type: contains itself>` there.
    """
    inner = state
    if not isinstance(state, (str, bytes, int, float, Mapping, *FINITE)) and not is_dataclass(state):
        inner = getattr(state, "__dict__", state)
    return _Reader().read(inner, (id(state),) if inner is not state else ())


@dataclass(slots=True)
class _Reader:
    left: int = VALUES

    def read(self, value: Any, above: tuple[int, ...]) -> Any:
        self.left -= 1
        if isinstance(value, (str, bytes, bytearray)):
            return _cut(value)
        if value is None or isinstance(value, (bool, int, float)):
            return plain(value)
        kind = type(value).__name__
        if id(value) in above:
            return f"<{kind}: contains itself>"
        if len(above) >= DEPTH:
            return f"<{kind}: left out>"
        try:
            return self._within(value, (*above, id(value)))
        except Exception:  # noqa: BLE001  # what is the user's own may raise anything when it is looked at
            return f"<{kind}>"

    def _within(self, value: Any, here: tuple[int, ...]) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            named = [each.name for each in fields(value) if each.name[0] != "_"]
            return self._pairs(((name, getattr(value, name, "<not set>")) for name in named), len(named), here)
        if isinstance(value, Mapping):
            return self._pairs(value.items(), len(value), here)
        if isinstance(value, FINITE):
            return self._items(value, here)
        if 0 <= _array_size(value) <= self._room():
            return self.read(value.tolist(), here)
        return _cut(_ADDRESS.sub("", str(value)))

    def _pairs(self, pairs: Iterable[tuple[Any, Any]], count: int, here: tuple[int, ...]) -> dict[str, Any]:
        # A list first: a tool that ran out of time may still be changing the state in its thread.
        first = list(islice(pairs, self._room()))
        made = {_cut(str(key)): self.read(item, here) for key, item in first}
        return {**made, "…": f"{count - len(first)} more"} if count > len(first) else made

    def _items(self, value: Any, here: tuple[int, ...]) -> list[Any]:
        room = self._room()
        if isinstance(value, (set, frozenset)):  # the order of which differs from process to process
            first = list(value) if len(value) <= room else []
            made = sorted((self.read(item, here) for item in first), key=str)
        else:
            made = [self.read(item, here) for item in list(islice(value, room))]
        return [*made, f"… {len(value) - len(made)} more"] if len(value) > len(made) else made

    def _room(self) -> int:
        return max(0, min(ITEMS, self.left))


def _array_size(value: Any) -> int:
    """Return the number of values in an array of numpy, torch or Python, 1 for a scalar of theirs; -1 for others."""
    if not callable(getattr(type(value), "tolist", None)):
        return -1
    shape = getattr(value, "shape", None)
    return math.prod(shape) if isinstance(shape, tuple) else len(value)


def _cut(value: str | bytes | bytearray) -> str:
    begun = value[:CHARACTERS]
    text = clean(str.__str__(begun)) if isinstance(begun, str) else repr(bytes(begun))
    return text if len(value) <= CHARACTERS else f"{text}… {len(value) - CHARACTERS} more"
