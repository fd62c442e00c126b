"""Embeddings in the OpenAI form: what is sent, and what is read."""

from __future__ import annotations

import base64
import binascii
import sys
from array import array
from math import isfinite
from typing import Any

from pytest_evalscope.models.http.chat_completion import usage_of
from pytest_evalscope.models.http.extras import EXTRAS
from pytest_evalscope.types import Completion, Embed, Timing, clean

EMBEDDINGS = "/embeddings"
_PARAMS = ("dimensions", "encoding_format", "user", *EXTRAS)


def texts_body(model: str, request: Embed) -> dict[str, Any]:
    """Return the body that requests the embeddings of a request's texts.

    Of the parameters it takes `dimensions`, `encoding_format` (`base64` unless given: a quarter of the bytes that
    numbers take), `user` and the extras; those that say how a completion is sampled mean nothing here.
    """
    given = {name: request.params[name] for name in _PARAMS if request.params.get(name) is not None}
    extra = request.params.get("extra_body") or {}
    return {"encoding_format": "base64", **given, "model": model, "input": request.texts, **extra}


def embeddings_of(response: Any, timing: Timing | None = None, *, count: int) -> Completion:
    """Return the `count` vectors of a response, in the order of their indices; those without one stay as they come.

    A vector is a list of numbers or, in base64, little-endian floats of 32 bits.

    Raises:
        ValueError: there are more or fewer vectors, an index is missing or there twice, a vector is empty, of another
            length than the others or holds something that is no finite number.
    """
    entries = response.get("data") if isinstance(response, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("the response contains no embeddings")
    if len(entries) != count:
        raise ValueError(f"the response contains {len(entries)} embeddings for {count} texts")
    placed = {entry.get("index", place): entry.get("embedding") for place, entry in enumerate(entries) if _fits(entry)}
    if set(placed) != set(range(count)):
        raise ValueError("the response's embeddings are not numbered from 0 on")
    vectors = tuple(_vector(placed[place]) for place in range(count))
    if len({len(vector) for vector in vectors}) > 1:
        raise ValueError("the response's embeddings are of several lengths")
    model = response.get("model")
    return Completion(
        text="",
        embeddings=vectors,
        usage=usage_of(response),
        timing=timing or Timing(),
        model=clean(model) if isinstance(model, str) else "",
    )


def _fits(entry: dict[str, Any]) -> bool:
    return type(entry.get("index", 0)) is int


def _vector(value: Any) -> tuple[float, ...]:
    numbers = _decoded(value) if isinstance(value, str) else value
    if not isinstance(numbers, list) or not numbers:
        raise ValueError("an embedding of the response is no list of numbers")
    try:
        vector = tuple(float(number) for number in numbers if type(number) in (int, float))
    except OverflowError:
        vector = ()
    if len(vector) != len(numbers) or not all(map(isfinite, vector)):
        raise ValueError("an embedding of the response contains what is no finite number")
    return vector


def _decoded(text: str) -> list[float]:
    try:
        floats = array("f", base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError("an embedding of the response is no base64 of 32-bit floats") from None
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()
