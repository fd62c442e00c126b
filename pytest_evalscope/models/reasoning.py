"""Telling what a model thought aloud from what it answered."""

from __future__ import annotations

import re
from collections import Counter

_TAG = re.compile(r"<(/?)(think|thinking|reasoning)>", re.IGNORECASE)
_INK = re.compile(r"\S")


def split_reasoning(text: str) -> tuple[str, str]:
    """Return `(reasoning, answer)` of a completion with reasoning in `<think>`, `<thinking>` or `<reasoning>` tags.

    - Blocks at the start of the text, one or several, are reasoning.
    - A closing tag without its opening one ends a thought that the prompt template began: everything before the
      last such tag is reasoning.
    - An opening tag that is never closed is a thought cut short: the answer is empty.
    - Text without tags, and pairs of tags after the answer has begun, stay as they are.

    Takes time linear in the length of `text`.
    """
    thoughts: list[str] = []
    begin = 0  # where the answer begins, as far as is known
    ink = _first_ink(text, begin)
    opened = ""  # the name of the leading tag that is open
    inner: Counter[str] = Counter()  # tags opened within the answer
    for tag in _TAG.finditer(text):
        closing, name = tag[1], tag[2].lower()
        if opened:
            if not closing or name != opened:
                continue
            opened = ""
        elif not closing:
            if tag.start() == ink:
                opened, begin = name, tag.end()
            else:
                inner[name] += 1
            continue
        elif inner[name]:
            inner[name] -= 1
            continue
        thoughts.append(text[begin : tag.start()])
        begin = tag.end()
        ink = _first_ink(text, begin)
        inner.clear()
    if opened:
        thoughts.append(text[begin:])
        begin = len(text)
    if not begin:
        return "", text
    return "\n".join(filter(None, map(str.strip, thoughts))), text[begin:].lstrip()


def _first_ink(text: str, begin: int) -> int:
    found = _INK.search(text, begin)
    return found.start() if found else len(text)
