"""Sums in a line, in signs or in words: the number that they come to ("5 apples + 3 apples = 8 apples")."""

from __future__ import annotations

import re

from pytest_evalscope.text.answers.numerics import CURRENCIES, Number, numbers

# A sum: signs and up to two words for what is counted, then the sign of an operation.
_STOP = r"because|since|as|if|where|when|for|so|and|or|with|given|that|which|but|while|weil|da|car|porque|perché"
_NOUN = rf"(?!(?:{_STOP})\b)[^\W\d_]{{1,15}}(?:/[^\W\d_]{{1,15}})?[.)\]}}]?[ ]{{1,2}}"
_UNIT = rf"[!%°)\]}}\"'*_ {CURRENCIES}]{{0,6}}(?:{_NOUN}){{0,2}}"
_OPERATION = re.compile(
    rf"{_UNIT}(?:[-+*×÷·/=→⇒]|x(?=[ ]?[0-9(])|(?:plus|minus|times|equals|makes?|gives?)\b"
    rf"|(?:(?<=% )of|and)(?=[ ][{CURRENCIES}]?[0-9]))"
)
_IN_ALL = rf"[ ][{CURRENCIES}]?[0-9.,]{{1,20}}(?:[ ][^\W\d]{{1,15}}){{0,2}}[ ](?:in all|in total|altogether)\b"
_BROKEN = re.compile(
    rf"[;?\n，。；]|!(?! ?=)|\.(?! ?[0-9])|,(?![0-9]|[ ](?:which|that)\b|{_IN_ALL})"
    rf"|(?<!,)[ ](?:{_STOP.replace('and|', '')})\b|\((?=[^\W\d])"
)
_RESULT = re.compile(
    rf"[=→⇒]|,? ?(?:which |that )?\b(?:equals?|makes?|gives?|totals?|comes to|is|are)\b|,(?={_IN_ALL})"
)
_BEFORE = re.compile(r"[-+*×÷·/][ ]?[($]*\Z")


def result(line: str, number: Number, language: str) -> str:
    """Return what is alone behind the last equals sign of the sum that begins with `number`, if one does."""
    operation = _OPERATION.match(line, number.end)
    if operation is None:
        return number.written
    broken = _BROKEN.search(line, number.end)
    sides = _sides(line[number.end : broken.start() if broken else len(line)], operation[0].endswith("and"))
    for side in reversed(sides):
        first = next(numbers(side, language), None)
        if first and _alone(side, first):
            return first.written
    return number.written


def _sides(clause: str, listed: bool) -> list[str]:
    """Return what is behind each equals sign; "is" is none behind "5 and 3"."""
    ends = [found for found in _RESULT.finditer(clause) if not (listed and found[0].endswith(("is", "are")))]
    stops = [*(found.start() for found in ends[1:]), len(clause)]
    return [clause[found.end() : stop] for found, stop in zip(ends, stops, strict=False)]


def _alone(side: str, number: Number) -> bool:
    """Return whether a number is one side of an equation, and no operand in it."""
    before = side[: number.start]
    if number.written[0] == "-":
        before = before.rstrip(f" -({CURRENCIES}")
    operation = _OPERATION.match(side, number.end)
    behind = side[operation.end() - 1 :] if operation else ""
    return not _BEFORE.search(before) and not any(map(str.isdigit, behind))
