"""Sums in a line, in signs or in words: the number that they come to ("5 apples + 3 apples = 8 apples")."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from pytest_evalscope.text.answers.numerics import CURRENCIES, Number, numbers
from pytest_evalscope.text.answers.units import is_unit, unit_of
from pytest_evalscope.text.patterns import pattern

# A sum: signs and up to two words for what is counted, then the sign of an operation.
_STOP = r"because|since|as|if|where|when|for|so|and|or|with|given|that|which|but|while|weil|da|car|porque|perché"
_NOUN = rf"(?!(?:{_STOP})\b)[^\W\d_]{{1,15}}(?:/[^\W\d_]{{1,15}})?[.)\]}}]?[ ]{{1,2}}"
_UNIT = rf"[!%°)\]}}\"'*_ {CURRENCIES}]{{0,6}}(?:{_NOUN}){{0,2}}"
_OPERATION = pattern(
    rf"{_UNIT}(?:[-+*×÷·/=→⇒]|x(?=[ ]?[0-9(])|(?:plus|minus|times|equals|makes?|gives?)\b"
    rf"|(?:(?<=% )of|and)(?=[ ][{CURRENCIES}]?[0-9]))"
)
_IN_ALL = rf"[ ][{CURRENCIES}]?[0-9.,]{{1,20}}(?:[ ][^\W\d]{{1,15}}){{0,2}}[ ](?:in all|in total|altogether)\b"
_BROKEN = pattern(
    rf"[;?\n，。；]|!(?! ?=)|\.(?! ?[0-9])|,(?![0-9]|[ ](?:which|that)\b|{_IN_ALL})"
    rf"|(?<!,)[ ](?:{_STOP.replace('and|', '')})\b|\((?=[^\W\d])"
)
_RESULT = pattern(rf"[=→⇒]|,? ?(?:which |that )?\b(?:equals?|makes?|gives?|totals?|comes to|is|are)\b|,(?={_IN_ALL})")
_BEFORE = pattern(r"[-+*×÷·/][ ]?[($]*\Z")
_OPERAND = pattern(rf"[ ]?[({CURRENCIES}]*[0-9]")
_LAST_OPERAND = pattern(
    rf"[ ]?[({CURRENCIES}]*[0-9][0-9.,]*[)%{CURRENCIES}]*(?:[ ][^\W\d_]+)?[ )]*(?:[-+*×÷·/]|[.;,!]*\s*\Z)"
)
_PART = pattern(r"[ -]?([^\W\d_]{1,12})(?:,? and|,)?[ ]([0-9]{1,6}(?:\.[0-9]{1,6})?)[ -]?([^\W\d_]{1,12})")
_CLAUSE = pattern(
    r"[;:?!。，；]|[.,](?=\s)|\b(?:so|and|or|but|then|thus|hence|therefore|which|making|leaving|is|are|was|were|will|has|have"
    r"|had|gets?|gives?|makes?|means|equals?)\b|[<>]"
)


def result(line: str, number: Number, language: str) -> str | None:
    """Return what is alone behind the last equals sign of the sum that begins with `number`, if one does.

    None where the sum goes without its result ("5 - 3"), as a range ("10-12") does.
    """
    number = _with_parts(line, number)
    operation = _OPERATION.match(line, number.end)
    if operation is None:
        return number.written
    broken = _BROKEN.search(line, number.end)
    sides = _sides(line[number.end : broken.start() if broken else len(line)], operation[0].endswith("and"))
    for side in reversed(sides):
        first = next(numbers(side, language), None)
        if first and _alone(side, first):
            return first.written
    return None if _goes_on(line, operation) else number.written


def outcome(line: str, number: Number, language: str) -> str:
    """Return the last number of a line, or the result before it that it only adds to: "9 * 2 = 18 eggs in 7 days"."""
    before, sign, side = line[: number.end].rpartition("=")
    first = next(numbers(side, language), None) if sign and any(map(str.isdigit, before)) else None
    if first is None or not _alone(side, first) or _CLAUSE.search(side, first.end):
        return number.written
    return first.written


def _with_parts(line: str, number: Number) -> Number:
    """Return the sum of two amounts in units of one kind, as a number of the first: "2 hours 30 minutes" is 2.5."""
    part = _PART.match(line, number.end)
    if part is None or not number.written.isdecimal() or not (is_unit(part[1]) and is_unit(part[3])):
        return number
    unit, other = unit_of(part[1]), unit_of(part[3])
    share = Fraction(part[2]) * other.factor / unit.factor
    if unit.powers != other.powers or other.factor >= unit.factor or share >= 1:
        return number
    total = int(number.written) + share
    decimal = Decimal(total.numerator) / Decimal(total.denominator)
    return Number(f"{decimal:f}" if Fraction(decimal) == total else str(total), number.start, part.end())


def _goes_on(line: str, operation: re.Match[str]) -> bool:
    """Return whether another operand is behind the sign of an operation; behind a dash it may be a remark."""
    sign = operation[0]
    if sign[-1] in "=→⇒" or sign.endswith(("equals", "make", "makes", "give", "gives", "and", "of")):
        return False
    if sign[-1] != "-":
        return _OPERAND.match(line, operation.end()) is not None
    return not any(map(str.isalpha, sign)) and _LAST_OPERAND.match(line, operation.end()) is not None


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
