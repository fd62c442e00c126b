"""Placement of the pictures, sound and video of a sample in its text.

A marker names one by its number among those of its kind: `<image 1>` (MMMU's spelling, arXiv:2311.16502), `<image_1>`,
`<audio 2>`, `<video 1>`. It goes where its first marker is; one without a marker comes before the text, in the order
given. A marker that names none, or one that is placed already, stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Media, Messages, media_part, text_part
from pytest_evalscope.types.parts import Part

Content = str | tuple[Part, ...]
"""The content of a message: text, or parts."""

_MARKER = re.compile(r"<(image|audio|video)[ _]?([1-9][0-9]{0,3})>")

_Left = dict[tuple[str, int], Media]
"""(kind, number) → what is not placed yet, in the order given."""


def placed(text: str, media: Sequence[Media]) -> Content:
    """Return `text` with `media` in it; the text itself without any. Blank text between two is left out."""
    if not media:
        return text
    left = _numbered(media)
    parts = _split(text, left)
    return (*map(media_part, left.values()), *parts)


def attached(messages: Messages, media: Sequence[Media]) -> Messages:
    """Return `messages` with `media` in the user's: where a marker is, else at the head of the first of them.

    Raises UsageError where none is the user's.
    """
    if not media:
        return messages
    left = _numbered(media)
    made = [
        {**message, "content": _content(message.get("content"), left)} if message.get("role") == "user" else message
        for message in messages
    ]
    first = next((place for place, message in enumerate(made) if message.get("role") == "user"), None)
    if first is None:
        raise UsageError("media: a sample's messages have no place for its pictures; a user message has")
    if left:
        content = made[first]["content"]
        parts = (text_part(content),) if isinstance(content, str) else content
        made[first] = {**made[first], "content": (*map(media_part, left.values()), *parts)}
    return tuple(made)


def under(above: Content, below: Content) -> Content:
    """Return `below` after `above`; two texts that meet become one."""
    if isinstance(above, str) and isinstance(below, str):
        return above + below
    first, second = (_parts(content) for content in (above, below))
    if first and second and first[-1]["type"] == second[0]["type"] == "text":
        return (*first[:-1], text_part(first[-1]["text"] + second[0]["text"]), *second[1:])
    return (*first, *second)


def _parts(content: Content) -> tuple[Part, ...]:
    return content if isinstance(content, tuple) else ((text_part(content),) if content else ())


def _numbered(media: Sequence[Media]) -> _Left:
    counts: Counter[str] = Counter()
    left: _Left = {}
    for one in media:
        counts[one.kind] += 1
        left[one.kind, counts[one.kind]] = one
    return left


def _content(content: Any, left: _Left) -> Any:
    """Return a message's content with the markers in it replaced; itself where it has none."""
    if isinstance(content, str):
        return tuple(_split(content, left)) if _marked(content, left) else content
    return tuple(
        made
        for part in content or ()
        for made in (_split(part["text"], left) if _marked(part.get("text"), left) else (part,))
    )


def _marked(text: object, left: _Left) -> bool:
    return isinstance(text, str) and any((found[1], int(found[2])) in left for found in _MARKER.finditer(text))


def _split(text: str, left: _Left) -> list[Part]:
    """Return `text` cut at the markers of what is left, which is then no longer left."""
    parts: list[Part] = []
    start = 0
    for marker in _MARKER.finditer(text):
        media = left.pop((marker[1], int(marker[2])), None)
        if media is not None:
            parts += [text_part(text[start : marker.start()]), media_part(media)]
            start = marker.end()
    parts.append(text_part(text[start:]))
    return [part for part in parts if part["type"] != "text" or part["text"].strip()]
