"""Docstrings and signatures as Sphinx reads them: docstrings quote code as Markdown does, Sphinx reads another form."""

from __future__ import annotations

import re
from collections.abc import Mapping

QUOTED = re.compile(r"(?<!`)`([^`]+)`(?!`)", re.DOTALL)
MAY_FOLLOW = " \n.,:;!?'\")]}/>-—–"
"""What may come right after the end of code in reStructuredText; anything else needs a separator."""


def restructured(text: str, places: Mapping[str, str]) -> str:
    """Return a docstring as reStructuredText.

    Code stays code. Where it begins with the name of a class that is a key of `places`, it is a reference to what the
    value says: `CollectionSchema.flatten` leads to the method. Other syntax of reStructuredText are escaped.
    """
    parts, end = [], 0
    for found in QUOTED.finditer(text):
        parts.append(_escaped(text[end : found.start()]))
        if found.start() and text[found.start() - 1].isalnum():
            parts.append(r"\ ")
        parts.append(_code(" ".join(found[1].split()), places))
        if text[found.end() : found.end() + 1].strip(MAY_FOLLOW):
            parts.append(r"\ ")
        end = found.end()
    return "".join([*parts, _escaped(text[end:])])


def _code(text: str, places: Mapping[str, str]) -> str:
    name, dot, rest = text.removesuffix("()").partition(".")
    if name[:1].isupper() and name in places and re.fullmatch(r"[\w.]*", rest):
        return f":py:obj:`{text} <{places[name]}{dot}{rest}>`"
    return f"``{text}``"


def _escaped(text: str) -> str:
    return re.sub(r"(?<=\w)_(?!\w)|[*|\\]", r"\\\g<0>", text)


def readable(signature: str) -> str:
    """Return a signature as an expression: `<function normalize at 0x…>` is `normalize`, `<factory>` is `...`."""
    named = re.sub(r"<(?:function|class) '?(?:[\w.]*\.)?(\w+)[^<>]*>", r"\1", signature)
    return re.sub(r"<\w+>", "...", named)
