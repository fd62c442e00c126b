"""Values that the words around them reject ("not 33", "33 is wrong"), and words that state no value ("unknown")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pytest_evalscope.text.answers.languages import LANGUAGES

_REACH = 40
"""Characters on either side that are looked at."""
OPENING = " \t([{*_`\"'$\\“‘«"
CLOSING = " \t)]}*_`\"'$\\”’»"


def rejected(text: str, start: int, end: int) -> bool:
    """Return whether the words around `text[start:end]`, a value in a completion, say that it is not the answer."""
    return negated(text, start) or denied(text, end)


def unknown(text: str) -> bool:
    """Return whether a stated answer begins with words in place of a value: "unknown", "n/a", "未知"."""
    text = text.lower().lstrip(OPENING)[:_REACH]
    if text.startswith("?"):
        return True
    return f"{text} ".translate(_PAUSES).startswith(words_of(text.isascii(), "nothing"))


def negated(text: str, start: int) -> bool:
    """Return whether the words before `start` reject what follows: "not", "rather than"."""
    before = text[max(start - _REACH, 0) : start].rstrip(OPENING).lower().translate(BREAKS)
    if not before:
        return False
    if not before.isascii():
        before = _JOINT.sub(" ", before)
    words, options = words_of(before.isascii(), "no_before"), words_of(before.isascii(), "options", "small")
    before = f" {before}"
    while before.endswith(options):
        option = max((word for word in options if before.endswith(word)), key=len)
        before = before[: -len(option)].rstrip(OPENING)
    return before.endswith(words)


def denied(text: str, end: int, *, short: bool = True) -> bool:
    """Return whether the words behind `end` reject what is before them: "is wrong", "ではなく".

    Without `short`, words of at most three letters ("no", "non") do not count: an option may begin with one.
    """
    behind = text[end : end + _REACH].lower().lstrip(CLOSING)
    if not behind:
        return False
    return f"{behind} ".translate(_PAUSES).startswith(_denials(behind.isascii(), short=short))


_JOINT = re.compile(r"(?<=[\u0e00-\u0e7f\u2e80-\uffff])(?=[a-z])")
"""Between a script without spaces and a Latin word: "答案是not A"."""


@cache
def _denials(only_ascii: bool, *, short: bool) -> tuple[str, ...]:
    words = words_of(only_ascii, "no_behind")
    return words if short else tuple(word for word in words if len(word.strip()) > 3 or not word.endswith(" "))


BREAKS = str.maketrans(dict.fromkeys('([{<>*_`"“‘,;:.!?—\n', " "))
_PAUSES = str.maketrans(dict.fromkeys(".,;:!?)।\n", " "))


@cache
def words_of(only_ascii: bool, *fields: str) -> tuple[str, ...]:
    """Return words of all languages, those that a space has to divide from what is before them with that space.

    Those of `no_behind` and `nothing` have it behind them.
    """
    made: dict[str, None] = {}
    for language in LANGUAGES:
        for field in fields:
            words: Iterable[str] = getattr(language, field)
            if language.spaced:
                words = (f"{word} " if field in ("no_behind", "nothing") else _apart(word) for word in words)
            made |= dict.fromkeys(word for word in words if not only_ascii or word.isascii())
    return tuple(made)


def _apart(word: str) -> str:
    return word if word.startswith(("n'", "n’")) else f" {word}"
