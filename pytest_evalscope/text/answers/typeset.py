r"""Typeset numbers in the signs of a keyboard, out of TeX and Unicode (`3 \times 10^{-2}`, ½, 10⁶)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal

from pytest_evalscope.text.patterns import pattern

_DASHES = dict.fromkeys(map(ord, "‐‑‒–−﹣－"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"), " ")
_SIGNS: dict[int, str] = {
    **_DASHES,
    **_SPACES,
    **dict(zip(map(ord, "⁄∕’ʼ٬٫✕✖⨯⨉∗∙⋅•≈≃"), "//'',.××××*···==", strict=True)),
}
_RAISED = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED, "+-0123456789")
_UNUSUAL = pattern(f"([{_RAISED}]+)|([0-9]?)( ?)([\u00bc-\u00be\u2150-\u215e])|[{''.join(map(chr, _SIGNS))}]")
"""Powers, the digit before a fraction and the fraction, or one of the signs above."""

_FRACTION = pattern(
    r"(?:([0-9])\s{0,3})?\\[dtc]?frac\s{0,4}(?:\{\s{0,4}([^{}]{1,60}?)\s{0,4}\}|([0-9]))\s{0,4}"
    r"(?:\{\s{0,4}([^{}]{1,60}?)\s{0,4}\}|([0-9]))"
)
_ROOT = pattern(
    r"([0-9]{0,20})[ ]?(?:\\sqrt\s{0,2}(?:\[([2-9])\])?\s{0,2}(?:\{\s?|(?=[0-9]))|√\s?[(]?)"
    r"([0-9]{1,20}(?:\.[0-9]{1,20})?)\s?[})]?"
)
_EXPONENT = pattern(r"\^\s?\{\s?([-+]?)\s?([0-9]{1,9})\s?\}")
_DEGREES = pattern(r"\^\s?\{?\s?\\(?:circ|degree)\b\s?\}?")
_COMMAND = pattern(r"\\(?:([a-zA-Z]{1,20})\*?|(.))|\{,\}|[{}~]", re.DOTALL)
_COMMANDS = {
    "times": "×", "div": "÷", "cdot": "·", "ast": "*", "pm": "±", "approx": "=", "sqrt": "√", "%": "%", "$": "$",
    "#": "#", "!": "", "degree": "°", "left": "", "right": "", "{,}": ",", "}": "", "pounds": "£", "euro": "€",
    "pi": "π", "frac": "\\frac",
}  # fmt: skip
_DIGITS = Context(prec=28)


def plain_signs(text: str) -> str:
    r"""Return `text` with the signs of a keyboard: `\frac{1}{2}` is `1/2`, `2½` is `2 1/2`, `10⁶` is `10^6`.

    Commands of TeX that say nothing about a number become a space; roots are worked out, to 28 digits.
    """
    if not text.isascii():
        text = _UNUSUAL.sub(_typed, text)
    if "\\" in text or "{" in text or "~" in text or "√" in text:
        text = _EXPONENT.sub(r"^\1\2 ", text)
        if "frac" in text:
            text = _FRACTION.sub(_quotient, text)
        if "sqrt" in text or "√" in text:
            text = _ROOT.sub(_root, text)
        if "circ" in text:
            text = _DEGREES.sub("°", text)
        text = _COMMAND.sub(_command, text)
    return text


def _typed(found: re.Match[str]) -> str:
    raised, whole, space, fraction = found.groups()
    if raised:
        return "^" + raised.translate(_LOWERED)
    if fraction:
        above, _, below = unicodedata.normalize("NFKC", fraction).partition("⁄")
        return f"{f'{whole} ' if whole else space}{above}/{below}"
    return found[0].translate(_SIGNS)


def _quotient(found: re.Match[str]) -> str:
    whole, above, one, below, other = found.groups()
    return f"{f'{whole} ' if whole else ''}{above or one}/{below or other}"


def _root(found: re.Match[str]) -> str:
    r"""Return the value of `2\sqrt[3]{8}`: whole where the root is."""
    factor, index, radicand = found.groups()
    value = _DIGITS.power(Decimal(radicand), _DIGITS.divide(Decimal(1), Decimal(index or 2)))
    rounded = value.to_integral_value()
    if rounded ** int(index or 2) == Decimal(radicand):
        value = rounded
    return f"{_DIGITS.multiply(Decimal(factor or 1), value):f} "


def _command(found: re.Match[str]) -> str:
    return _COMMANDS.get(found[1] or found[2] or found[0], " ")
