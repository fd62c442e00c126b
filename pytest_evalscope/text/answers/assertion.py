"""Values that the words around them call the answer, without a noun for it: "I choose B", "it is B", "B is correct"."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.rejection import BREAKS, CLOSING, OPENING, ending

_REACH = 60
"""Characters on either side that are looked at."""

Assertion = Literal["chosen", "said", "called right", "taken back", ""]


_VERBS: tuple[tuple[str, Assertion], ...] = (("verbs", "chosen"), ("being", "said"))


def assertion(text: str, start: int, end: int) -> Assertion:
    """Return how the words around `text[start:end]` say that this value is the answer, or take that back; else ""."""
    return (_before(text[max(start - _REACH, 0) : start]) if start else "") or _behind(text, end)


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
