"""JSON from any value. Apart from the other values, so that whoever only needs those does not load orjson."""

from __future__ import annotations

import json

import orjson

from pytest_evalscope.types.plain import plain


def to_json(value: object, option: int = 0) -> bytes:
    """Return `value` as JSON; whatever JSON has no form for is made plain first. `option` is orjson's."""
    try:
        return orjson.dumps(value, default=plain, option=option)
    except TypeError:  # a lone surrogate, a subclass of str, a key that is no text: rare, so only then made plain
        made = plain(value)
    try:
        return orjson.dumps(made, option=option)
    except TypeError:  # an integer beyond 64 bits
        text = json.dumps(
            made,
            ensure_ascii=False,
            sort_keys=bool(option & orjson.OPT_SORT_KEYS),
            indent=2 if option & orjson.OPT_INDENT_2 else None,
            separators=(",", ": ") if option & orjson.OPT_INDENT_2 else (",", ":"),
        )
        return text.encode() + (b"\n" if option & orjson.OPT_APPEND_NEWLINE else b"")
