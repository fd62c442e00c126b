"""Extraction of the option that a completion chooses."""

from __future__ import annotations

import re
from collections.abc import Collection

from pytest_evalscope.text.answers.clean import narrow
from pytest_evalscope.text.answers.earlier import statements

# A label may come right before a word of a script that puts no space between words (U+2E80 onwards): "A和C".
_LABEL = re.compile(r"([(\[{]?)\s{0,4}([A-Z]{1,10}|[a-z]|\d{1,2})(?!['’]?[^\W\u2e80-\uffff])([\s*_`\"')\]}.]{0,8})")
# "So I choose B": 所以选B, 故选 AC, 应选择D; not "does not choose B", and not "option B" (选项B).
_CHOSEN = re.compile(r"(?<!不)(?<!不[应能该会])选择?[\s:*]{0,4}(?=[A-Z])")
_AND = re.compile(r"(?:[,/&、，和或]|and\b|or\b)[\s*_`\"']{0,4}(?:(?:and|or)\s)?")
_LEADING = re.compile(
    r"[\s*_`\"'#>$]{0,20}(?:\\?[(\[{]\s{0,2})?(?:[Oo]ption |[Cc]hoice )?([A-Z])"
    r"(?:[*_`\"']{0,4}[)\].:]|[\s*_`\"'}$)]{0,8}(?:\n|$)|\s(?:is|because|since|as|[-–—])\s)"
)
_OPENING = re.compile(r"^[^\w\n]{0,8}([A-Z])[).:](?!\w)", re.MULTILINE)
_INLINE = re.compile(r"(?<![\w(])([A-Z])\)(?!\w)")
_ALONE = re.compile(r"(?<![\w'’-])([A-Z])(?!['’-]?\w)")
_FOLLOWING = re.compile(r"\s([a-z]+)")
_BEHIND = 80
"""Characters behind 选 that are looked at."""
_PREDICATES = frozenset({"is", "was", "because", "since", "as", "and", "or", "seems", "would", "fits", "best"})


def label_of(index: int) -> str:
    """Return the label of option number `index` (from 0): the letters A to Z, then the numbers from 1."""
    return chr(ord("A") + index) if index < 26 else str(index - 25)


def extract_choice(text: str, labels: Collection[str]) -> str | None:
    r"""Return the label that `text` chooses; several as "A,C"; None when it chooses none of `labels`.

    In this order (EvalScope's, with the third rule added):

    1. the last statement that gives a label: behind `ANSWER:`, `the answer is`, `答案：`, or in a box; brackets,
       markup and mathematical typesetting aside. "B, not C" gives B, "A and C" or "AC" gives "A,C";
    2. the last label behind 选 or 选择, the Chinese for "choose";
    3. the label that the text opens with ("B) Paris", "**B**"), unless it goes on to list others;
    4. the last capital letter by itself, the article "A", the pronoun "I" and a list of options aside: a completion
       that only repeats the options chooses none.
    """
    text, allowed = narrow(text), frozenset(labels)
    for statement in statements(text):
        found = _stated(statement, allowed)
        if found:
            return ",".join(found)
    return _chosen(text, allowed) or _leading(text, allowed) or _last(text, allowed)


def _stated(statement: str, labels: frozenset[str]) -> list[str]:
    found: list[str] = []
    place = 0
    while label := _LABEL.match(statement, place):
        bracket, letters, after = label.groups()
        if letters.islower() and (bracket or after.strip(" ") or label.end() == len(statement)):
            letters = letters.upper()  # where it cannot be the article: in brackets, or with nothing behind it
        # Labels may be glued: "AC". The same letter twice makes a word: "BAA".
        several = [letters] if letters in labels else list(letters)
        if not labels.issuperset(several) or len(set(several)) < len(several):
            break
        if found and _word(letters, statement, label.end() - len(after)):
            break
        found.extend(letter for letter in several if letter not in found)
        following = _AND.match(statement, label.end())
        if following is None:
            break
        place = following.end()
    return found


def _word(letter: str, line: str, end: int) -> bool:
    """Return whether a single letter, before `end`, is the article "A" or the pronoun "I" and no label."""
    following = _FOLLOWING.match(line, end) if letter in ("A", "I") else None
    return following is not None and following[1] not in _PREDICATES


def _chosen(text: str, labels: frozenset[str]) -> str | None:
    ends = [] if text.isascii() else [match.end() for match in _CHOSEN.finditer(text)]
    for end in reversed(ends):
        if found := _stated(text[end : end + _BEHIND], labels):
            return ",".join(found)
    return None


def _leading(text: str, labels: frozenset[str]) -> str | None:
    found = _LEADING.match(text)
    if found is None or found[1] not in labels:
        return None
    # One more "C)" within a line may be the end of a bracket; two are a list.
    others = labels - {found[1]}
    lists = others.intersection(_OPENING.findall(text)) or len(others.intersection(_INLINE.findall(text))) > 1
    return None if lists else str(found[1])


def _last(text: str, labels: frozenset[str]) -> str | None:
    lists = len(labels.intersection(_OPENING.findall(text))) > 1
    for line in reversed(text.split("\n")):
        if lists and _OPENING.match(line):
            continue
        for alone in reversed(list(_ALONE.finditer(line))):
            if alone[1] in labels and not _word(alone[1], line, alone.end()):
                return alone[1]
    return None
