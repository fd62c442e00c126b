"""Making values plain: what crosses a process, a file or a report is JSON and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import Any

LONGEST = 4096
"""Bits of an integer that is kept as a number: Python reads and writes no number of more than 4,300 digits."""


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
    infinities become None, sets are sorted by their text; of a dataclass the fields whose names begin with an
    underscore are left out, as orjson does; anything else becomes `str(value)`.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(str.__str__(value) if type(value) is not str else value)
    if isinstance(value, int):
        return int(value) if value.bit_length() <= LONGEST else f"an integer of {value.bit_length()} bits"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {clean(str(key)): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value) if item.name[0] != "_"}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    item = getattr(value, "item", None)  # scalars and arrays without dimensions of numpy and torch
    if callable(item) and getattr(value, "ndim", None) == 0:
        return plain(item())
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, PurePath)):
        return [plain(item) for item in value]
    return clean(str(value))
