r"""Structures that hold an answer: keys of JSON (`"answer": "B"`), tags (`<answer>B</answer>`), boxes (`\boxed{B}`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.patterns import pattern

MOST = 64
"""Places of one kind that are looked at, the last ones; a text full of them must cost no more than its length."""
_REACH = 2000
"""Characters of a value or of a tag's content that are kept."""
_KEYS = (
    *("final_answer", "correct_answer", "correct_option", "answer", "answers", "choice", "option", "label"),
    *("prediction", "verdict"),
)
"""Names of keys and tags that hold an answer, the most binding first; the nouns of all languages are as "answer"."""
_OUTCOMES = (
    *("result", "final_result", "solution", "final_solution", "final", "response", "output", "conclusion", "selected"),
    *("selected_option", "selection", "decision", "outcome", "correct"),
)
"""Names of keys that hold an answer where nothing else does: a step of a calculation has a result too."""
_LONGEST = 80
"""Characters of such a value; a longer one explains."""
_VALUE = pattern(
    r"\s{0,20}(?:\"((?:[^\"\\]|\\.){0,2000})\"|'((?:[^'\\]|\\.){0,2000})'"
    r"|(\[[^\[\]]{0,2000}\]|\{[^{}]{0,2000}\}|[^\s,}\]\"'\[{][^,}\n]{0,200}))",
    re.DOTALL,
)
_OUTCOME = pattern(
    rf"([\"'])({'|'.join(key.replace('_', '[_ ]?') for key in _OUTCOMES)})\1\s{{0,4}}:"
    r"(?!\s{0,4}(?:true|false|null)\b)",
    re.IGNORECASE,
)
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|n(?![a-z])|([\"'/\\]))")
_OPENED = pattern(r"\\(?:boxed|fbox)\s{0,4}(?:\{|(?=[\w-]))")


class Part(NamedTuple):
    """A part of a text: its content, and where it begins and ends together with its key, tag or braces."""

    start: int
    end: int
    content: str
    name: str


def keyed(text: str) -> list[Part]:
    """Return the values of keys that hold an answer, in JSON or like Python: the outermost, the last first."""
    if "{" not in text or ":" not in text:
        return []
    found = []
    for match in _last(_key().finditer(text)):
        value = _VALUE.match(text, match.end())
        if value:
            name = match[2].lower().replace(" ", "_")
            depth = text.count("{", 0, match.start()) - text.count("}", 0, match.start())
            rank = _KEYS.index(name) if name in _KEYS else _KEYS.index("answer")
            found.append(((depth, rank, -match.start()), Part(match.start(), value.end(), _value(value), match[2])))
    return [part for _, part in sorted(found) if part.content]


def outcome(text: str) -> Part | None:
    """Return the value of the only key of an object such as "result", if it is short, and not below another key."""
    if "{" not in text or ":" not in text:
        return None
    found = list(_OUTCOME.finditer(text))
    value = _VALUE.match(text, found[0].end()) if len(found) == 1 else None
    if value is None or text.count("{", 0, value.start()) - text.count("}", 0, value.start()) != 1:
        return None
    content = _value(value)
    return Part(found[0].start(), value.end(), content, found[0][2]) if 0 < len(content) <= _LONGEST else None


@cache
def _key() -> re.Pattern[str]:
    nouns = (noun for language in LANGUAGES for noun in language.nouns)
    names = "|".join((*(key.replace("_", "[_ ]?") for key in _KEYS), *map(re.escape, nouns)))
    return re.compile(rf"([\"'])({names})\1\s{{0,4}}:", re.IGNORECASE)


def _last(matches: Iterator[re.Match[str]]) -> list[re.Match[str]]:
    return list(matches)[-MOST:]


def _value(value: re.Match[str]) -> str:
    """Return a string without its quotation marks and escapes, a list or an object as it is written."""
    double, single, other = value.groups()
    return other.strip() if other else _plain(double or single or "").strip()


def _plain(text: str) -> str:
    r"""Return a string of JSON without its escapes; `\frac`, which models write without the second backslash, stays."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2] or "\n", text)


def tagged(text: str) -> list[Part]:
    """Return the contents of tags that hold an answer (`<answer>B</answer>`), the last first."""
    if "<" not in text:
        return []
    small = text.lower()
    found = []
    for name in _KEYS:
        opening, closing = f"<{name}>", f"</{name}>"
        starts = []
        start = small.find(opening)
        while start >= 0:
            starts.append(start + len(opening))
            start = small.find(opening, start + len(opening))
        for start in starts[-MOST:]:
            end = small.find(closing, start, start + _REACH)
            end = end if end >= 0 else (small.find("\n", start, start + _REACH) + 1 or len(text) + 1) - 1
            content = text[start : min(end, start + _REACH)]
            if content.strip() and opening not in content.lower():
                found.append(Part(start - len(opening), end, content, name))
    return sorted(found, reverse=True)


def boxes(text: str) -> list[Part]:
    r"""Return the closed boxes (`\boxed{…}`, `\fbox{…}`) that are in no other, the last 64 in their order.

    A box without braces holds one character, as in TeX.
    """
    if "\\" not in text or "box" not in text:
        return []
    found: list[Part] = []
    end = 0
    for opening in _last(_OPENED.finditer(text)):
        start = opening.end()
        braced = opening[0].endswith("{")
        stop = _closing(text, start) if braced else start + 1
        if stop is None or opening.start() < end:
            continue  # never closed, or within a box
        end = stop + braced
        found.append(Part(opening.start(), end, text[start:stop].strip(), "box"))
    return found


def _closing(text: str, start: int) -> int | None:
    """Return where the brace closes that opened before `start`; None when it does not within reach."""
    end = text.find("}", start, start + 1001)
    if end < 0 or "{" not in text[start:end]:
        return end if end >= 0 else None
    depth = 1
    for place, char in enumerate(text[start : start + 1001], start):
        depth += (char == "{") - (char == "}")
        if not depth:
            return place
    return None
