"""Values that the words around them call the answer, without a noun for it: "I choose B", "it is B", "no, B"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.rejection import BREAKS, CLOSING, OPENING, ending
from pytest_evalscope.text.patterns import pattern

_REACH = 60
"""Characters on either side that are looked at."""

Assertion = Literal["chosen", "said", "called right", "taken back", ""]


_CONDITION = pattern(
    r"(?:\b(?:if|unless|whether|when|wenn|falls|ob|si|se|cuando|quand|если|jika|nếu|kama)\s|如果|假如|若)"
    r"(?:(?:the\s|die\s)?(?:option|statement|choice|选项)\s?)?[*_`(\"']{0,3}\Z",
    re.IGNORECASE,
)
"""Before a value that is right on a condition: "if B is correct"."""
_VERBS: tuple[tuple[str, Assertion], ...] = (("verbs", "chosen"), ("being", "said"))


def assertion(text: str, start: int, end: int) -> Assertion:
    """Return how the words around `text[start:end]` say that this value is the answer, or take that back; else ""."""
    before = text[max(start - _REACH, 0) : start]
    return (_before(before) if start else "") or ("" if _CONDITION.search(before) else _behind(text, end))


def _before(before: str) -> Assertion:
    before = f" {before.rstrip(OPENING).lower().translate(BREAKS)}"
    while True:
        for field, made in _VERBS:
            if verb := ending(before, field):
                subject = before[: -len(verb)].rstrip(f"{OPENING},")
                return "taken back" if ending(subject, "no_before", "doubts", "either") else made
        between = ending(before, "options", "small")
        if not between:
            return ""
        before = before[: -len(between)].rstrip(f"{OPENING},")


def _behind(text: str, end: int) -> Assertion:
    behind = text[end : end + _REACH].lstrip(CLOSING)
    return "called right" if behind and _right(behind.isascii()).match(behind) else ""


@cache
def _right(only_ascii: bool) -> re.Pattern[str]:
    """Return a pattern of what is behind a value that is called right: "is correct", "项正确"."""
    made = []
    for language in LANGUAGES:
        rights = "|".join(map(re.escape, sorted(language.right, key=len, reverse=True)))
        if not rights or (only_ascii and not any(map(str.isascii, language.right))):
            continue
        edge = r"(?!\w)" if language.spaced else "(?![于应照比齐称])"
        fronts = "|".join(map(re.escape, sorted(language.fronts, key=len, reverse=True)))
        small = "|".join(map(re.escape, language.small))
        # A language that writes no verb between them needs none here.
        front = rf"(?:(?:{fronts}|seems|looks|sounds|fits)(?:\s(?:the|{small}))?\s){'?' if language.tieless else ''}"
        made.append(f"(?:{front if language.spaced else ''}(?:{rights}){edge})")
    return re.compile("|".join(made), re.IGNORECASE)


def corrections(text: str, value: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where words in a text begin that take back a value, where the value behind them begins, and how firmly.

    `value` is a pattern of its beginning. It is firmly where a clause calls the first wrong: "Wait, that's wrong. It
    should be 29", and not in "actually 29".
    """
    if text.isascii() and _openers().isdisjoint(_WORD.findall(text.lower())):
        return
    for found in _corrections(text.isascii(), value).finditer(text):
        yield found.start(), found.end(), found["mistaken"] is not None


_WORD = pattern(r"[a-z]+")


@cache
def _openers() -> frozenset[str]:
    """Return words one of which is in every text that takes a value back, in Latin letters."""
    first = (word.split()[0] for language in LANGUAGES for word in (*language.second_thoughts, *language.no))
    last = (_WORD.findall(word)[-1:] for language in LANGUAGES for word in language.mistaken)
    return frozenset(["let", *first, *(word for words in last for word in words)])


@cache
def _corrections(only_ascii: bool, value: str) -> re.Pattern[str]:
    def words(*fields: str) -> str:
        every = {word for language in LANGUAGES for field in fields for word in getattr(language, field)}
        kept = sorted((word for word in every if word.isascii() or not only_ascii), key=len, reverse=True)
        return "|".join(re.escape(word) + (r"\b" if word < "\u0e00" else "") for word in kept)

    apart = r"[\s.,;:!…—–。，、！-]{1,6}"
    anew = r"let(?:'s| me) [^.:!?\n0-9]{0,40}[.:]\s"
    second = rf"(?:(?:{words('second_thoughts')}){apart}|(?:{words('no')})\s?[.,;:!—–，。-]\s{{0,2}}|{anew})"
    mistaken = rf"(?:{words('mistaken')}){apart}"
    being = (
        rf"(?:(?:so |now |then )?(?:{words('being')}|the [a-z ]{{3,24}} (?:should be|is|must be)"
        r"|应该是|应为|是|正しくは)\s?(?:(?<= )[a-z]+ly )?)"
    )
    return re.compile(
        rf"(?<![^\W_])(?:{second}{{1,4}}|(?={mistaken}))(?P<mistaken>{mistaken}(?:{second}){{0,2}})?{being}?"
        rf"(?={value})",
        re.IGNORECASE,
    )
