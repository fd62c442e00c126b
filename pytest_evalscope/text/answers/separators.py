"""Points, commas, apostrophes and spaces within a number: which of them group its digits, and which begins decimals."""

from __future__ import annotations

from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.patterns import pattern

RUN = r"[0-9]+(?:[.,][0-9]+|[ '_][0-9]{3}(?![0-9]))*"
"""Pattern of digits with separators between them: a number, or several in a row (`1,2,3`)."""
_OTHERS = "nl pl cs sk sv da no nb nn fi hu ro bg hr sr sl uk be el tr"
_COMMA = {language.code for language in LANGUAGES if language.decimal_comma} | set(_OTHERS.split())
"""Languages whose decimals follow a comma."""
_MARKS = pattern(r"[^0-9]")


def decimal_comma(language: str) -> bool:
    """Return whether decimals follow a comma in a language, whose code may name a region (`pt_BR`)."""
    return language[:2] in _COMMA


def ungrouped(run: str, comma: bool) -> str | None:
    """Return the number that `run` writes, with a decimal point and nothing else; None when it is a list.

    Of two kinds of separators the last one begins the decimals. A kind that recurs groups the digits: in threes, by
    commas also as in India (1,23,456). A separator by itself is the language's own: with a decimal `comma`
    12,5 is 12.5 and 70.000 is 70000, though 3.14 and 0.500 are what they are everywhere; without, 70.000 is 70, 70,000
    is 70000, and 12,5 is 12.5 too: with no group of three behind it, the comma can only begin decimals.
    """
    marks = _MARKS.findall(run)
    if not marks:
        return run
    parts = _MARKS.split(run)
    kinds = set(marks)
    last = marks[-1]
    if len(kinds) > 1:
        decimals = last in ".," and marks.count(last) == 1
        return _joined(parts[:-1], parts[-1], set(marks[:-1])) if decimals else _joined(parts, "", kinds)
    if len(marks) > 1 or last not in ".,":
        return _joined(parts, "", kinds)
    groups = len(parts[1]) == 3 and len(parts[0]) <= 3 and parts[0][:1] not in ("", "0")
    if groups and (last == ".") is comma:
        return parts[0] + parts[1]
    if last == "," and not comma and len(parts[1]) > 2:
        return None
    return ".".join(parts)


def _joined(groups: list[str], decimals: str, kinds: set[str]) -> str | None:
    """Return the groups as one number; None when they are none."""
    first, *others = groups
    twos = range(2, 4) if kinds == {","} else range(3, 4)
    right = len(kinds) == 1 and 0 < len(first) < 4 and all(len(group) in twos for group in others[:-1])
    if not right or len(others[-1]) != 3:
        return None
    return "".join(groups) + ("." + decimals if decimals else "")
