"""JSON from any value. Apart from the other values, so that whoever only needs those does not load orjson."""

from __future__ import annotations

import orjson

from pytest_evalscope.types.plain import plain


def to_json(value: object, option: int = 0) -> bytes:
    """Return `value` as JSON; whatever JSON has no form for is made plain first. `option` is orjson's."""
    try:
        return orjson.dumps(value, default=plain, option=option)
    except TypeError:  # a lone surrogate, a subclass of str, a key that is no text: rare, so only then made plain
        return orjson.dumps(plain(value), option=option)
