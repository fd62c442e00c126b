"""Values that the words around them reject ("not 33", "33 is wrong"), and words that state no value ("unknown")."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.patterns import pattern

_REACH = 40
"""Characters on either side that are looked at."""
OPENING = " \t([{*_`\"'$\\“‘«"
CLOSING = " \t)]}*_`\"'$\\”’»"


_FAR = 80
"""Characters of a list, or of the end of a question, that are looked at."""
_ITEM = r"[^\s,.:;!?()]+(?:\s(?!or\b|and\b|but\b|nor\b)[^\s,.:;!?()]+){0,2}?"
_NOT = r"(?:\b(?:not|cannot|nicht|kein|pas|non|não)|n't|n’t)\s"
_LISTED = pattern(rf"{_NOT}(?:{_ITEM},\s){{0,6}}{_ITEM},?\s(?:or|nor|oder|ou|noch|ni)\s(?:(?:the|an?|in|at|on)\s)?\Z")
"""Before "Lyon": "not Paris or "."""
_OR_WORDS = tuple(
    f" {word}{article}"
    for word in ("or", "nor", "oder", "ou", "noch", "ni")
    for article in ("", " the", " a", " an", " in", " at", " on")
)
_LIST_BEGUN = pattern(rf"{_NOT}(?:{_ITEM},\s){{1,6}}(?:(?:the|an?|in|at|on)\s)?\Z")
_LIST_GOES_ON = pattern(rf"(?:,\s{_ITEM}){{0,6}},?\s(?:or|nor|oder|ou)\s")
"""Before and behind "Lyon": "not Paris, ", ", Nice or Rome"."""
_JOINED = pattern(
    r"\s(?:and\s[^,.:;!?()]{1,40}?(?=\s(?:are|were|do|don't|fail|would)\b)|or\s[^,.:;!?()]{1,40}?(?=\s(?:is|are|would)\b))"
)
"""Behind "Paris": " and Rome" before "are wrong"."""
_REFUSED = pattern(
    r"[*_`\"'”’»\s]{0,4}(?:[-–—:!]\s{0,2}(?:no|nope|nein|non)\s{0,2}(?:[.,;!)]|\Z)|\(\s?(?:wrong|incorrect|false|rejected)\b|[❌✗✘])"
)
_ASKED = pattern(
    r"[^.!?\n]{0,60}\?[*_`\"'”’»)\s]{1,4}(?:no(?!\s(?:doubt|question|wonder))|nope|nah|not|nein|non|нет)\b"
)
_EXCEPT = pattern(
    r"\b(?:but|save|except(?:ing)?(?: for)?|(?:other|apart|aside) (?:than|from)|exception of|besides)(?: for)?\s\Z"
)
_EXCEPT_ENDS = ("but ", "save ", "cept ", "ing ", "for ", "than ", "from ", "of ", "besides ")
_EVERY = pattern(
    r"\b(?:every(?:one|body|thing|where|\s\w+)|all(?:(?: of)? (?!right)\w+){0,2}|any(?:one|body|thing|where|\s\w+))\s\Z"
)
_NONE = pattern(
    r"(?:\b(?:none|nothing|nobody|nowhere|no one|no \w+|no)|(?:n't|not|cannot)(?: \w+){0,2} any\w*)(?: else)?\s\Z"
)
_LIKEWISE = pattern(r"\b(?:wrong|incorrect|false)\b[^.;]{0,8}\b(?:so|as)\s(?:is|are)(?:\soption)?\Z")
"""Before "C": "B is wrong, and so is"."""
_MERELY = pattern(r"\bnot (?:only|just|merely|simply|solely)(?: (?:in|at|on|the|an?))?\s\Z")


def rejected(text: str, start: int, end: int) -> bool:
    """Return whether the words around `text[start:end]`, a value in a completion, say that it is not the answer.

    Beside those right before and right behind it: "not Lyon or Paris", "Lyon and Paris are wrong", "Is it Paris? No.",
    "Paris (wrong)", "everything but Paris"; "not only Paris" and "nobody but Ann" do not reject.
    """
    before = _lowered(text, start)
    left_out = _left_out(before)
    if left_out is not None:
        return left_out or denied(text, end)
    if (negated(text, start) and not _MERELY.search(before)) or denied(text, end):
        return True
    behind = text[end : end + _FAR].lower()
    if _REFUSED.match(behind) or ("?" in behind and _ASKED.match(behind)):
        return True
    if before.rstrip().endswith(_OR_WORDS) and _LISTED.search(before):
        return True
    if ", " in before and _LIST_GOES_ON.match(behind) and _LIST_BEGUN.search(before):
        return True
    if behind[:1] != " ":
        return False
    joined = _JOINED.match(behind)
    return joined is not None and denied(text, end + joined.end())


def excepted(text: str, start: int) -> bool:
    """Return whether the value at `start` is the exception to what a sentence says: "everything but B is possible"."""
    return (
        bool(start and _left_out(_lowered(text, start)))
        and _WRONG.search(text, max(start - _FAR, 0), start + _FAR) is None
    )


_WRONG = pattern(r"wrong|incorrect|false|rule|eliminat|exclude|reject|discard", re.IGNORECASE)
"""Words that turn an exception round: "all but B are wrong"."""


def _lowered(text: str, start: int) -> str:
    return f"{text[max(start - _FAR, 0) : start].rstrip(OPENING).lower()} "


def _left_out(before: str) -> bool | None:
    """Return whether a text leaves out what is behind it, "all but", or names just that, "nobody but"; else None."""
    exception = _EXCEPT.search(before) if before.endswith(_EXCEPT_ENDS) else None
    if exception is None:
        return None
    whole = before[: exception.start()]
    if _NONE.search(whole):
        return False
    return True if exception[0][:4] not in ("but ", "save") or _EVERY.search(whole) else None


def unknown(text: str) -> bool:
    """Return whether a stated answer begins with words in place of a value: "unknown", "n/a", "未知"."""
    text = text.lower().lstrip(OPENING)[:_REACH]
    if text.startswith("?"):
        return True
    return _begins(f"{text} ".translate(_PAUSES), _beginnings(text.isascii(), "nothing"))


def negated(text: str, start: int) -> bool:
    """Return whether the words before `start` reject what follows: "not", "rather than"."""
    before = text[max(start - _REACH, 0) : start].rstrip(OPENING)
    if not before:
        return False
    if _MARK.search(before):
        before = before[max(map(before.rfind, _SENTENCE_ENDS)) + 1 :].translate(BREAKS)
    before = f" {before.lower()}"
    if not before.isascii():
        before = _JOINT.sub(" ", before)
    if before.endswith(("is", "are", "option")) and _LIKEWISE.search(before):
        return True
    while option := ending(before, "options", "small"):
        before = before[: -len(option)].rstrip(OPENING)
    return bool(ending(before, "no_before"))


def denied(text: str, end: int, *, short: bool = True) -> bool:
    """Return whether the words behind `end` reject what is before them: "is wrong", "ではなく".

    Without `short`, words of at most three letters ("no", "non") do not count: an option may begin with one.
    """
    behind = text[end : end + _REACH].lower().lstrip(CLOSING)
    if behind in ("", "."):
        return False
    if short and "?" in behind and _ASKED.match(behind):
        return True
    if _MARK.search(behind):
        behind = behind.translate(_PAUSES)
    return _begins(f"{behind} ", _beginnings(behind.isascii(), "no_behind", short))


_SENTENCE_ENDS = (". ", ".\n", "!", "?", "\n\n")
"""Ends of sentences, over which no negation reaches: "D – no. So B"."""
_JOINT = pattern(r"(?<=[\u0e00-\u0e7f\u2e80-\uffff])(?=[a-z])")
"""Between a script without spaces and a Latin word: "答案是not A"."""


BREAKS = str.maketrans(dict.fromkeys('([{<>*_`"“‘,;:.!?—\n', " "))
_PAUSES = str.maketrans(dict.fromkeys(".,;:!?)।\n", " "))
_MARK = pattern("[^A-Za-z0-9 ]")
"""Signs that these change, and others: most words around a value have none of them."""


_AFFIRMING = frozenset(word for language in LANGUAGES for word in language.yes)
"""Words for yes: "si" of Spanish is no "not" of Swahili where nothing tells the language."""


@cache
def words_of(only_ascii: bool, *fields: str) -> tuple[str, ...]:
    """Return words of all languages, those that a space has to divide from what is before them with that space.

    Those of `no_behind` and `nothing` have it behind them.
    """
    made: dict[str, None] = {}
    for language in LANGUAGES:
        for field in fields:
            words: Iterable[str] = getattr(language, field)
            if field == "no_before":
                words = (word for word in words if word not in _AFFIRMING)
            if language.spaced:
                words = (f"{word} " if field in ("no_behind", "nothing") else _apart(word) for word in words)
            made |= dict.fromkeys(word for word in words if not only_ascii or word.isascii())
    return tuple(made)


def _apart(word: str) -> str:
    return word if word.startswith(("n'", "n’")) else f" {word}"


class _Words(NamedTuple):
    """Words of all languages, so that a look-up finds the few of them that a text may begin or end with."""

    by_edge: Mapping[str, tuple[str, ...]]
    """Those that a space divides from the text, by their first or last word, the longest first."""
    others: tuple[str, ...]


def ending(text: str, *fields: str) -> str:
    """Return the longest of the words of all languages that `text` ends with; "" without one."""
    words = _endings(text.isascii(), fields)
    near = words.by_edge.get(text[text.rfind(" ") + 1 :])
    found = next(filter(text.endswith, near), "") if near else ""
    if words.others and text.endswith(words.others):
        return max(found, *filter(text.endswith, words.others), key=len)
    return found


def _begins(text: str, words: _Words) -> bool:
    return text.startswith(words.by_edge.get(text[: text.find(" ")], ()) + words.others)


@cache
def _endings(only_ascii: bool, fields: tuple[str, ...]) -> _Words:
    every = words_of(only_ascii, *fields)
    return _by_edge(every, [word.rpartition(" ")[2] if word.startswith(" ") else None for word in every])


@cache
def _beginnings(only_ascii: bool, field: str, short: bool = True) -> _Words:
    every = words_of(only_ascii, field)
    every = every if short else tuple(word for word in every if len(word.strip()) > 3 or not word.endswith(" "))
    return _by_edge(every, [word.partition(" ")[0] if word.endswith(" ") else None for word in every])


def _by_edge(every: tuple[str, ...], edges: list[str | None]) -> _Words:
    found = defaultdict[str | None, list[str]](list)
    for word, edge in zip(every, edges, strict=True):
        found[edge].append(word)
    others = tuple(found.pop(None, ()))
    return _Words({edge: tuple(sorted(words, key=len, reverse=True)) for edge, words in found.items() if edge}, others)
