"""Reading of one of a few labels in a completion: yes, no or maybe, true or false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import NamedTuple

from pytest_evalscope.text.answers.assertion import assertion
from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find
from pytest_evalscope.text.answers.rejection import rejected, unknown
from pytest_evalscope.text.answers.statements import small_letters
from pytest_evalscope.text.patterns import pattern

_LEAD = pattern(
    r"(?:[\s*_`\"'“”‘’«»<>$~(\[{#:-]|\\(?:text|textbf|mathrm|mathbf|boxed)\b\s?\{?|\\[(\[]"
    r"|(?:that|it is|it's)\s){0,16}",
    re.IGNORECASE,
)
_ENDED = pattern(
    r"[\s*_`\"'”’»)\]}$\\>]{0,8}"
    r"(?:\Z|[.,:;!?(。，、！；：\n—–✅✓✔❌-]|(?:because|since|as|for|but|it|they|the|this|there|that|he|she)\b)"
)
_OR = pattern(r"\W{0,6}(?:\s(?:or|and|oder|ou|o|y|et)\s|/|或|还是|または)\W{0,4}", re.IGNORECASE)
_LAST = pattern(r"(?:[,:;—–-]|\b(?:so|thus|hence|therefore|but|rather|instead|it is))\s*\Z", re.IGNORECASE)
_ARTICLE = pattern(r"\ba (?:clear |definite |firm )?\Z", re.IGNORECASE)
_NOUN = pattern(r"[^\S\n](?!(?:to|on|in|at|is|was|would|and|or|so|when|if|given|due|here|with|by|again|i)\b)[a-z]")
_TAKEN_BACK = pattern(r"[\s.,;:!?*…—–-]{0,6}(?:wait|hold on|hmm|scratch that|sorry|correction)\b", re.IGNORECASE)
_YES_NO = (attrgetter("yes"), attrgetter("no"))
_AROUND = " \t\r\n.!*_`\"'"
_SHORT = 12
_MOST = 64
"""Labels that are looked at in the text of a completion, the last ones."""


class _Said(NamedTuple):
    name: str
    start: int
    end: int
    is_open: bool
    """True for one of several that "or" or "and" joins."""


def read_label(text: str, names: Sequence[str], language: str = "") -> Reading:
    """Return which of `names`, in small letters, a completion gives, and how it was found.

    A stated label counts, in any case, and so does one that the completion opens with. Elsewhere it counts as a whole
    word in capitals or with one ("NO", "No"), where it is the only one, so that "there is no evidence" is no verdict.
    With the labels yes and no, the words of other languages for them count as well.
    """
    return find(text, partial(_read, names=tuple(names)), language)


def _read(region: Region, names: tuple[str, ...]) -> str | Refused | None:
    if (alone := region.text.strip(_AROUND).lower()) in names:
        return alone
    opening = _opening(region.text, names, strict=region.stage == "alone")
    if opening:
        return Refused("several labels are left open") if opening.is_open else opening.name
    if region.stage != "alone":
        return Refused("no label is stated") if unknown(region.text) else _only(region.text, _every(region.text, names))
    every = _every(region.text, names)
    return _asserted(region.text, every) or _only(region.text, every) or _at_the_end(region.text, names)


def _opening(text: str, names: tuple[str, ...], *, strict: bool) -> _Said | None:
    """Return the label that a text begins with, if it is not rejected; strictly, not as in "No evidence"."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    found = _names(names).match(text, start)
    if found:
        said = _said(text, found, names)
        if _is_rejected(text, said) or not (said.is_open or not strict or _ENDED.match(text, said.end)):
            return None
        return said
    foreign = _foreign(names, text.isascii()).match(text, start)
    if foreign and _ENDED.match(text, foreign.end()):
        name = "yes" if foreign[1] else "no"
        return _Said(name, foreign.start(), foreign.end(), False)
    return None


def _said(text: str, found: re.Match[str], names: tuple[str, ...]) -> _Said:
    joined = _OR.match(text, found.end())
    is_open = bool(joined and _names(names).match(text, joined.end()))
    return _Said(found[0].lower(), found.start(), found.end(), is_open)


@cache
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_alternatives(names)})(?![\w-])", re.IGNORECASE)


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


@cache
def _foreign(names: tuple[str, ...], only_ascii: bool) -> re.Pattern[str]:
    """Return a pattern of the words of other languages for yes (group 1) and no (group 2)."""
    if not {"yes", "no"}.issubset(names):
        return re.compile("(?!)")
    yes, no = (
        _alternatives(word for language in LANGUAGES for word in words(language) if word.isascii() or not only_ascii)
        for words in _YES_NO
    )
    return re.compile(rf"(?:({yes})|({no}))(?:です|입니다|的)?(?!\w)", re.IGNORECASE)


def _every(text: str, names: tuple[str, ...]) -> list[_Said]:
    """Return the last labels in a text, those aside that the words around them reject."""
    low = small_letters(text)
    # Plain searches first: most completions have few of these words, and the pattern tries every character.
    starts = sorted({start for name in names for start in _starts(low, name)})[-_MOST:]
    found = [_said(text, match, names) for start in starts if (match := _names(names).match(text, start))]
    return [said for said in found if not _is_rejected(text, said)]


def _is_rejected(text: str, said: _Said) -> bool:
    """Return whether a label is rejected, or taken back: "No, wait: yes"."""
    return _TAKEN_BACK.match(text, said.end) is not None or rejected(text, said.start, said.end)


def _starts(low: str, name: str) -> Iterator[int]:
    start = low.find(name)
    while start >= 0:
        yield start
        start = low.find(name, start + len(name))


def _only(text: str, every: list[_Said]) -> str | None:
    """Return the only label in capitals, or with one, sentences such as "No patient died" aside."""
    said = {each.name for each in every if _stands_out(text, each)}
    return said.pop() if len(said) == 1 else None


def _stands_out(text: str, said: _Said) -> bool:
    words = text[said.start : said.end]
    if words.isupper() and not (said.name == "no" and _NOUN.match(text, said.end)):  # "NO evidence was found"
        return True
    return bool(not words.islower() and _ENDED.match(text, said.end))


def _asserted(text: str, every: list[_Said]) -> str | None:
    """Return the last label that the words before it assert: "I choose yes"."""
    for said in reversed(every):
        article = _ARTICLE.search(text, max(said.start - _SHORT, 0), said.start)
        start = article.start() if article else said.start
        chosen = not said.is_open and assertion(text, start, said.end) in ("chosen", "said")
        if chosen and _ENDED.match(text, said.end):
            return said.name
    return None


def _at_the_end(text: str, names: tuple[str, ...]) -> str | None:
    """Return the label that is the last line, or that ends it behind a comma or "so"."""
    before, _, line = text.rstrip().rpartition("\n")
    if before and (opening := _opening(line, names, strict=True)):
        return None if opening.is_open else opening.name
    line = line.rstrip(_AROUND)
    longest = sorted(names, key=len, reverse=True)
    name = next((name for name in longest if line[-len(name) :].lower() == name), "")
    return name if name and _LAST.search(line[: -len(name)][-_SHORT:]) else None
