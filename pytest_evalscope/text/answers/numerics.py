"""Numbers in digits: where a line has them, and what they are in plain notation (-1,234, 1.2 × 10^6, 2 1/2, 7万)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from pytest_evalscope.text.answers.magnitudes import magnified, scaled
from pytest_evalscope.text.answers.separators import RUN, decimal_comma, ungrouped
from pytest_evalscope.text.patterns import pattern

CURRENCIES = "$€£¥₹₽₩₫฿₪₺"
_FIGURE = pattern(r"[0-9]")
_NUMBER = pattern(
    rf"(?P<run>{RUN}|\.[0-9]+)(?P<e>[eE][+-]?[0-9]{{1,4}}(?![0-9A-Za-z]))?"
    r"(?:[ ]{0,2}(?:[×x*·][ ]{0,2}10[ ]?(?:\^|\*\*)[ ]?\(?(?P<ten>[+-]?[0-9]{1,6})(?![0-9])"
    r"|(?:\^|\*\*)[ ]?\(?(?P<power>[+-]?[0-9]{1,6})(?![0-9]))"
    rf"|(?:[ ]{{1,3}}(?P<above>[0-9]{{1,2}}))?[ ]?/[ ]?(?P<below>{RUN}))?"
)
_GOES_ON = pattern(r"\^|[ ]?/[ ]?[0-9]")
"""Signs behind a number that is part of a larger expression: a power of a power, a quotient of three."""
_DIGITS = pattern(r"[0-9]+")
_CODE = pattern(
    r"(?<![A-Za-z])(?:R[sp]\.?|USD|EUR|GBP|INR|JPY|CNY|RMB|CHF|BRL|RUB|IDR|VND|THB|KRW|KES|TZS|BDT|US|R|A|C)$"
)
_INDEXED = pattern(r"(?:(?<![A-Za-z])[A-Za-z]{1,3}|[0-9)}])_$")  # x_1, log_2, 1011_2; not paragraph_2
_BETWEEN = f" {CURRENCIES}\\("
_CLOSING = ")]}^%°'-"
_RATIO = pattern(r"(?P<apart>[ ]?):(?P=apart)(?!00(?![0-9]))[0-9]")
_OF_RATIO = pattern(r"(?<![0-9A-Za-z.])[0-9]{1,3}(?P<apart>[ ]?):(?P=apart)\Z")
_DAY = pattern(
    r"(?:\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?|uary|March|April|May|June|July|August|ber)[ ]\Z"
)
"""Text before the day of a month: "May 12 300 people came"."""
_HALF = pattern(r"[1-7]/[2-9](?![0-9])")
_OPERANDS = frozenset("=({[:,;*×·÷/+<>|~")
"""Signs behind which a number begins: a minus there may be apart from it, as it is between two numbers elsewhere."""
_VERBS = (" is", " are", " was", " were", " be", " has", " have", " equals", " gives", " get", " gets", "'s")
_NEGATIVE = frozenset(["negative", "negativo", "negativa", "negatif", "négatif", "отрицательное", "hasi"])
_MINUS = frozenset(["minus", "moins", "menos", "meno", "минус", "âm", "ลบ", "سالب", "ऋण"])
_OPERAND = pattern(r"[0-9)}%°](?: [^\W\d]{1,15})?[ $]*\Z")
_MINUS_SIGNS = ("负", "負", "マイナス", "마이너스", "ลบ")
_LONGEST_POWER = 100
"""Digits of a power that is worked out."""


class Number(NamedTuple):
    """A number in plain notation ("1234.5", "-3", "3/4", "-2 1/2"), and its place in a line."""

    written: str
    start: int
    end: int


def numbers(line: str, language: str) -> Iterator[Number]:
    """Yield the numbers of a line whose signs are plain; digits that belong to a word or a unit are none (CO2, m^2)."""
    comma = decimal_comma(language)
    place = 0
    while figure := _FIGURE.search(line, place):
        start = figure.start()
        if line.startswith(".", start - 1) and not line[start - 2 : start - 1].isalnum():
            start -= 1
        found = _NUMBER.match(line, max(start, place))
        if found is None:
            return
        start, place = found.span()
        if (start and _belongs(line, start)) or _RATIO.match(line, found.end(1)):
            continue
        run = found[1]
        pointed = "." in run and (found["e"] or found["ten"])  # 1.234e5 has a decimal point everywhere
        plain = run if run.isdecimal() else ungrouped(run, comma and not pointed)
        if plain is None or (" " in run and _are_two(line, start, place)):
            for each in _DIGITS.finditer(line, start, place):
                yield Number(_sign(line, each.start()) + each[0], each.start(), each.end())
        elif found.end(1) == len(line):
            yield Number(_sign(line, start) + plain, start, place)
        elif written := _worked_out(line, found, plain, language):
            number, place = written
            yield Number(_sign(line, start) + number, start, place)


def _are_two(line: str, start: int, end: int) -> bool:
    """Return whether digits with a space are two numbers: "May 12 300 people", "12 200-kilobyte videos"."""
    behind = line[end + 1 : end + 2]
    return bool(_DAY.search(line, max(start - 12, 0), start)) or (line.startswith("-", end) and behind.isalpha())


def _worked_out(line: str, found: re.Match[str], number: str, language: str) -> tuple[str, int] | None:
    """Return a number with its powers, magnitudes and divisor, and its end; None where it is part of an expression."""
    end = found.end()
    _, e, ten, power, above, below = found.groups()
    divisor = ungrouped(below, decimal_comma(language)) if below else ""
    if divisor is None or _GOES_ON.match(line, end):
        return None
    if power:
        number = _powered(number, int(power))
        if not number:
            return None
    if e or ten:
        number = number + e if e else scaled(number, int(ten))
    elif above:  # 2 1/2 million
        factor, behind = magnified("1", line, end, language)
        if factor != "1" and len(number + divisor) < _LONGEST_POWER and Fraction(divisor):
            return str((Fraction(number) + Fraction(above) / Fraction(divisor)) * Fraction(factor)), behind
    else:
        number, end = magnified(number, line, end, language)
    if divisor:
        number = f"{number} {above}/{divisor}" if above else f"{number}/{divisor}"
    return number, end


def _powered(base: str, exponent: int) -> str:
    """Return a power in plain notation; "" where it has too many digits to be worked out."""
    if base == "10":
        return scaled("1", exponent)
    if len(base) * abs(exponent) > _LONGEST_POWER or "." in base:
        return ""
    power = int(base) ** abs(exponent)
    return f"1/{power}" if exponent < 0 else str(power)


def _belongs(line: str, start: int) -> bool:
    """Return whether digits are part of a word, a ratio or the exponent of a unit: CO2, x_1, 14:30, m^2, s^-2."""
    before = line[start - 1]
    if before in ": " and _OF_RATIO.search(line, max(0, start - 8), start):
        return True
    if before == "^" or (before == "_" and _INDEXED.search(line, max(0, start - 5), start)):
        return True
    if before == "-":
        return line[start - 2 : start - 1] == "^"
    return before.isalpha() and before < "\u0590" and _CODE.search(line, max(0, start - 4), start) is None


def _sign(line: str, start: int) -> str:
    """Return "-" if a minus belongs to the number that begins at `start`; one between two numbers or words does not."""
    before = line[max(0, start - 40) : start].rstrip(_BETWEEN) if start else ""
    if not before:
        return ""
    if (before[-1:].isupper() or before.endswith(("Rs", "Rp", "Rs.", "Rp."))) and (
        code := _CODE.search(before, max(0, len(before) - 4))
    ):
        before = before[: code.start()].rstrip(_BETWEEN)
        if not before:
            return ""
    if line[start - 1] == "△":  # a minus in Japanese tables
        return "-"
    if before[-1] in "-—":
        head = before[:-1]
        if head and (head[-1].isalnum() or head[-1] in _CLOSING):
            return ""
        if line[start - 1] != " " or head[-1:] in CURRENCIES or _opens(head.rstrip()):
            return "-"
        # -½ that became - 1/2
        return "-" if _HALF.match(line, start) and not head.rstrip()[-1].isdigit() else ""
    word = before.rpartition(" ")[2].lower().lstrip(_BETWEEN) if before[-1].isalpha() else ""
    if word in _NEGATIVE or (word in _MINUS and not _OPERAND.search(before[: -len(word)])):
        return "-"
    return "-" if word.endswith(_MINUS_SIGNS) else ""


def _opens(head: str) -> bool:
    """Return whether a number begins behind `head`, so that a minus may be apart from it."""
    return not head or head[-1] in _OPERANDS or head.endswith(_VERBS)
