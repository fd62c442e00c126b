"""Sentences and markers that state an answer, in eighteen languages: `ANSWER: B`, `la réponse est B`, `Bが正解です`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pytest_evalscope.text.answers.doubts import doubted
from pytest_evalscope.text.answers.language import Language
from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.rejection import unknown, untold
from pytest_evalscope.text.answers.structures import MOST
from pytest_evalscope.text.patterns import pattern

_REACH = 400
"""Characters behind a marker that are looked at."""
_BEFORE = 80
"""Characters before a noun that are looked at."""
_NEAR = 40
"""Characters on either side of a noun in which it may be said that there is no telling."""
_GAP = r"[^\S\n]"
_MARKS = r"[ \t\u00a0*_`\"'“”‘’«»)\]>]{0,8}"
_DRESS = pattern(r"[ \t\r\u00a0*_`\"'“”‘’«»≈~:]{0,40}")
_QUOTED = pattern(r"[ \t\r\u00a0*_`\"'“”‘’«»>≈~:]{0,40}")
_TRAIL = " \t\r\n\u00a0*_`\"'“”‘’«»"
_SIGN = pattern(r"\*{1,3}|_{1,2}|`{1,3}|[\"'“‘«]")
_CLOSING = {"“": "”", "‘": "’", "«": "»"}
_CLAUSE = pattern(r"[。，；！？;\n]|[.,:!?](?=\s)")
_NO_FRONTS = frozenset(
    {"what", "which", "this", "that", "here", "it", "where", "below", "who", "how", "there", "if", "why"}
)
_ENDERS = ".。।!！,;"
_QUOTES = ('"', "'")


_BEFORE_NOUN = (
    *(" the", " my", " an", " correct", " right", " best", " only", " final", " most likely", " most appropriate"),
    " actual",
)
_DISPLAYS = {"\\[": "\\]", "$$": "$$"}
_HASHES = (("####", -1, False),)


Place = tuple[int, int, int, bool]
"""Place of a word in a text: start, end, number of its language, the word's flag in its table."""


class Statement(NamedTuple):
    """Answer that a sentence or a marker gives."""

    place: int
    """Index at which its noun begins."""
    text: str
    marked: bool
    """True behind a colon, in a heading, or in a line of its own; False in a sentence."""
    words: str
    """The noun and its tie as they are written."""
    language: Language
    front: bool = False
    """True if the answer is before the noun."""
    rest: str = ""
    """Lines below it."""


class _Words(NamedTuple):
    """The words of one language, compiled."""

    language: Language
    tie: re.Pattern[str]
    small: re.Pattern[str]
    negation: re.Pattern[str]
    turn: re.Pattern[str]
    fronts: tuple[str, ...]
    lead: re.Pattern[str]


def places(text: str, low: str) -> list[Place]:
    """Return the places of nouns of an answer, and of "####", in `text`; `statement_at` reads what is stated there.

    `low` is the text in small letters, of the same length (`small_letters`).
    """
    found = _found(low, _table(text.isascii()))
    if "####" in low:
        found += _found(low, _HASHES)
    return found


def statement_at(text: str, low: str, place: Place) -> Statement | None:
    """Return the statement at one of the `places`; None where the noun states nothing."""
    start, end, code, needs_adjective = place
    if code < 0:
        return _hashed(text, start)
    words = _words(code)
    if needs_adjective:
        before = low[max(start - _BEFORE, 0) : start].rstrip(" *_")
        if not before.endswith(words.language.adjectives or ("\0",)):
            return None
    if text[end : end + 1] in _QUOTES and text[start - 1 : start] == text[end] and "{" in text:
        return None  # a key: `structures.keyed` reads it
    if doubted(text, start, start):
        return None
    if words.language.code != "en" and untold(
        _CLAUSE.split(text[max(start - _NEAR, 0) : start])[-1] + text[start : end + _NEAR]
    ):
        return None
    return _front(text, low, start, end, words) or _behind(text, start, end, words)


def small_letters(text: str) -> str:
    """Return `text` in small letters, each character in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return low


def _found(low: str, table: Iterable[tuple[str, int, bool]]) -> list[Place]:
    """Return the places of the words of a table: start, end, number of the language, the word's flag."""
    found: list[Place] = []
    for word, code, flag in [row for row in table if row[0] in low]:
        start = low.find(word)
        starts = []
        while start >= 0:
            starts.append(start)
            start = low.find(word, start + len(word))
        spaced = LANGUAGES[code].spaced
        found.extend(
            (start, start + len(word), code, flag)
            for start in starts[-MOST:]
            if not (spaced and start and low[start - 1].isalnum() and word[0].isalpha())
        )
    return found


@cache
def _table(only_ascii: bool) -> tuple[tuple[str, int, bool], ...]:
    made: dict[str, tuple[str, int, bool]] = {}
    for code, language in enumerate(LANGUAGES):
        for word in language.nouns:
            made.setdefault(word, (word, code, False))
        for word in language.chosen:
            made.setdefault(word, (word, code, bool(language.adjectives)))
    return tuple(row for row in made.values() if row[0].isascii() or not only_ascii)


@cache
def _words(code: int) -> _Words:
    language = LANGUAGES[code]
    edge = r"(?!\w)" if language.spaced else ""
    left = r"(?<![^\W_])" if language.spaced else ""  # not the end of "this"
    verbs = f"{left}(?:{'|'.join(sorted(language.ties, key=len, reverse=True))}){edge}"
    ties = rf"[:=]|[-–—](?=\s)|[-=]>|[→⇒]|{verbs}"
    more = rf"[:=]|{'(?!)' if language.tieless else verbs}"  # a dash there would be a minus
    qualities = rf"(?:{_GAP}{{0,4}}{_any(language.qualities, edge)}){{0,3}}" if language.qualities else ""
    aside = (
        r"(?:s|\(s\))?(?:[ ](?:to|for|of|in|that|which|here|choice|option|we|i)\b[^\n.:,;=]{0,60}?|,[^,\n.:]{1,40},)?"
        if language.code == "en"
        else r"(?:,[^,\n.:]{1,40},)?"
    )
    tie = rf"{qualities}{aside}{_MARKS}(?:{ties})(?:[ \t*_`]{{0,8}}(?:{more})(?=[^\n]*[^\s*_`.。]|\s*\n)){{0,2}}"
    if language.tieless:
        tie = rf"(?:{tie}|{qualities}(?=\s))"
    small = (
        rf"(?:,?{_GAP}{{0,4}}(?:{_any(language.small, edge)})(?=[\s,;:]{{0,4}}[^\s,;:.!?])[\s,;:*_`]{{0,8}}){{1,6}}"
        if language.small
        else r"(?!)"
    )
    return _Words(
        language=language,
        tie=re.compile(tie, re.IGNORECASE),
        small=re.compile(small, re.IGNORECASE),
        negation=re.compile(
            rf"(?:{_any(language.no_before, edge)}){_GAP}{{0,4}}(?=[*_`\"'(\[$\\]{{0,6}}\w)"
            if language.no_before
            else r"(?!)",
            re.IGNORECASE,
        ),
        turn=re.compile(
            rf"[\s.,;:。，；]{{0,3}}(?:(?<=\W)|(?<![a-z]))(?:{_any(language.turns, edge)}){_GAP}{{0,4}}"
            if language.turns
            else r"(?!)",
            re.IGNORECASE,
        ),
        fronts=tuple(f" {front}" if language.spaced else front for front in language.fronts),
        lead=re.compile(
            rf"(?:[\s\W]{{0,4}}(?:{_any(language.small, edge)})(?=\W|\Z|[^\x00-\x7f])){{1,4}}"
            if language.small
            else r"(?!)",
            re.IGNORECASE,
        ),
    )


def _any(words: Iterable[str], edge: str = "") -> str:
    longest = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest))}){edge}"


def _behind(text: str, start: int, end: int, words: _Words) -> Statement | None:
    if text.startswith(":", end):
        line, _, rest = text[end + 1 : end + _REACH].partition("\n")
        if (word := line.strip()).isalnum() and word.isascii():  # "ANSWER: B", as most prompts request it
            return Statement(start, word, True, text[start : end + 1], words.language, rest=rest)
    tie = words.tie.match(text, end, end + _REACH)
    if tie is None:
        if text[start - 1 : start] == "[" and text[end : end + 1] == "]":  # "[ANSWER] B", "【答案】B"
            return _said(text, start - 1, end + 1, start, words, marked=True)
        return _heading(text, start, end, words)
    marked = tie[0].rstrip(" \t*_`\"'").endswith((":", "=", "-", "–", "—", ">", "→", "⇒"))
    return _said(text, start, tie.end(), start, words, marked=marked)


def _said(text: str, start: int, end: int, place: int, words: _Words, *, marked: bool = False) -> Statement | None:
    """Return the statement whose answer is behind `end`: in that line, or where nothing is left of it in the next."""
    line, rest = _line(text, end)
    if (word := line.strip(_TRAIL)).rstrip(_ENDERS).isalnum() and word.isascii():  # nothing to leave out of "is B."
        return Statement(place, word, marked, text[start:end].strip(_TRAIL), words.language, rest=rest)
    line = _undressed(line, quoted=not text.startswith(line, end))
    is_word = line.rstrip(_ENDERS).isalnum() and line.isascii()
    if not is_word and (small := words.small.match(line)):
        line = _undressed(line[small.end() :])
    bare = line.strip(_TRAIL + _ENDERS)
    excused = is_word or bare in words.language.no
    if not excused and (negation := words.negation.match(line)) and not unknown(line):
        turn = words.turn.search(line, negation.end())
        if turn is None or words.negation.match(line, turn.end()):
            return None
        line = line[turn.end() :]
    line = line.rstrip(_TRAIL)
    if not line.strip(_ENDERS):
        return None
    return Statement(place, line, marked, text[start:end].strip(_TRAIL), words.language, rest=rest)


def _undressed(line: str, *, quoted: bool = False) -> str:
    """Return `line` without the markup and the quotation marks that it begins with, and those that close them.

    A ">" quotes where a line begins with it; behind a marker in the same line it is the answer's: "ANSWER: > ]".
    """
    opened = (_QUOTED if quoted else _DRESS).match(line)
    if not opened or not opened[0]:
        return line
    line = line[opened.end() :]
    for sign in _SIGN.findall(opened[0]):
        closing = _CLOSING.get(sign, sign)
        if closing in line and line.count(closing) % 2:
            place = line.find(closing)
            if not line[place + len(closing) : place + len(closing) + 1].isalnum():
                line = line[:place] + line[place + len(closing) :]
    return line


def _line(text: str, start: int) -> tuple[str, str]:
    """Return what is left of the line at `start`, the next line if that is blank, and the lines below within reach.

    Display mathematics counts as one line.
    """
    line, _, rest = text[start : start + _REACH].partition("\n")
    if not line.strip(" \t\r*_`:>\"'"):
        while rest and not line.strip(" \t\r*_`>-"):
            line, _, rest = rest.partition("\n")
    if (closing := _DISPLAYS.get(line.strip())) and closing in rest:
        inside, _, rest = rest.partition(closing)
        line = f"{line.strip()}\n{inside}{closing}"
    return line, rest


def _heading(text: str, start: int, end: int, words: _Words) -> Statement | None:
    """Return the line below a heading that is the noun, with at most three words before it."""
    line_end = text.find("\n", end, end + 12)
    if line_end < 0 or text[end:line_end].strip(" \t\r*_:#`"):
        return None
    before = text[max(text.rfind("\n", 0, start) + 1, start - _BEFORE) : start]
    if len(before.strip(" \t#*_>").split()) > 3 or any(mark in before for mark in ".:;,?!。，"):
        return None
    return _said(text, start, line_end, start, words, marked=True)


def _front(text: str, low: str, start: int, end: int, words: _Words) -> Statement | None:
    """Return the statement whose answer is before a noun: "B is the correct" before "answer"."""
    if not words.fronts:
        return None
    first = max(low.rfind("\n", 0, start) + 1, start - _BEFORE)
    if first == start:
        return None
    before = low[first:start].rstrip(" *_`\"'")
    if words.language.code == "en":
        before = _without_adjectives(before)
    if not before.endswith(words.fronts):
        return None
    front = max((front for front in words.fronts if before.endswith(front)), key=len)
    clause = text[first : first + len(before) - len(front)].rstrip(" *_`\"'")
    cut = max((match.end() for match in _CLAUSE.finditer(clause)), default=0)
    clause = clause[cut:]
    while lead := words.lead.match(clause):
        clause = clause[lead.end() :]
    clause = clause.strip(_TRAIL + ",，")
    if not clause or clause.lower() in _NO_FRONTS:
        return None
    return Statement(start, clause, False, text[first + len(before) - len(front) : end].strip(), words.language, True)


def _without_adjectives(before: str) -> str:
    before = before.rstrip()
    while before.endswith(_BEFORE_NOUN):
        before = before[: -len(next(filter(before.endswith, _BEFORE_NOUN)))].rstrip()
    return before


def _hashed(text: str, start: int) -> Statement | None:
    """Return what follows "####", as the solutions of GSM8K end."""
    line = text[start + 4 : start + 4 + _REACH].partition("\n")[0].strip(_TRAIL + "#")
    return Statement(start, line, True, "####", LANGUAGES[0]) if line else None
