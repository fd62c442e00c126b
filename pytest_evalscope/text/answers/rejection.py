"""Values that the words around them reject: "not 33", "rather than 33", "33 is wrong", "33ではなく"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pytest_evalscope.text.answers.languages import LANGUAGES

_REACH = 40
"""Characters on either side that are looked at."""
_OPENING = " \t([{*_`\"'$\\“‘«"
_CLOSING = " \t)]}*_`\"'$\\”’»"


def rejected(text: str, start: int, end: int) -> bool:
    """Return whether the words around `text[start:end]`, a value in a completion, say that it is not the answer."""
    return _behind_negation(text, start) or _before_negation(text, end)


def _behind_negation(text: str, start: int) -> bool:
    before = text[max(start - _REACH, 0) : start].lower().rstrip(_OPENING)
    if not before:
        return False
    words, options = _words(before.isascii(), "no_before"), _words(before.isascii(), "options")
    before = f" {before}"
    while option := next((word for word in options if before.endswith(word)), ""):
        before = before[: -len(option)].rstrip(_OPENING)
    return before.endswith(words)


def _before_negation(text: str, end: int) -> bool:
    behind = text[end : end + _REACH].lower().lstrip(_CLOSING)
    if not behind:
        return False
    return f"{behind} ".translate(_PAUSES).startswith(_words(behind.isascii(), "no_behind"))


_PAUSES = str.maketrans(dict.fromkeys(".,;:!?)।\n", " "))


@cache
def _words(only_ascii: bool, field: str) -> tuple[str, ...]:
    """Return the words of all languages, with a space where one has to be."""
    made: dict[str, None] = {}
    for language in LANGUAGES:
        words: Iterable[str] = getattr(language, field)
        if language.spaced:
            words = (f"{word} " if field == "no_behind" else _apart(word) for word in words)
        made |= dict.fromkeys(word for word in words if not only_ascii or word.isascii())
    return tuple(made)


def _apart(word: str) -> str:
    return word if word.startswith(("n'", "n’")) else f" {word}"
