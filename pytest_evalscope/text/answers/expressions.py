r"""Extraction of the mathematical expression that a completion gives as its answer, and its plain form."""

from __future__ import annotations

import re
from fractions import Fraction

from pytest_evalscope.text.answers.clean import narrow
from pytest_evalscope.text.answers.earlier import statements, without_open_box
from pytest_evalscope.text.answers.numbers import extract_number

_BOX = re.compile(r"\\(?:boxed|fbox)\s{0,4}(?:\{|(?=[\w-]))")
_BETWEEN = re.compile(r"[\s$,;.]{0,8}(?:and|or|und|et|y|和|或|、|\\text\{ ?(?:and|or) ?\})?[\s$,;]{0,8}")
_LONGEST = 1000
"""Characters of an answer that are kept; what is longer is no answer that a set of problems has."""
_MOST = 64
"""Boxes that are looked at, the last ones; a text full of them must cost no more than its length."""
_END = re.compile(r"\$|\\\)|\\\]|\n")
_MATHS = (("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_SHORT = 200
_COMMAND = re.compile(
    r"\\(?:begin|end)\{[^{}]{0,20}\}|\\(?:text|textbf|textit|mathrm|mathbf|mbox)\s{0,2}\{[^{}]{0,200}\}"
)
_PROSE = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{3,}|[\u3040-\u30ff\u4e00-\u9fff]")

_WRAPPED = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s{0,2}\{([^{}]{0,200})\}")
_NOTHING = re.compile(
    r"\\left|\\right|\\displaystyle|\\[!,;: ]|\^\{?\\circ\}?|\\degree|\\(?=[$%])|[$%~\s]|\{,\}(?=[0-9]{3})", re.ASCII
)
_SHORT_FRACTION = re.compile(r"\\frac([0-9])([0-9])")
_NUMBER = re.compile(r"([-+]?)(?:([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|(\.[0-9]+))")
_QUOTIENT = re.compile(r"([-+]?)(?:\\frac\{([0-9]{1,30})\}\{([0-9]{1,30})\}|([0-9]{1,30})/([0-9]{1,30}))")


def extract_expression(text: str) -> str | None:
    r"""Return the expression that `text` gives as its answer, as it is written; None without one.

    In this order: the last closed box (neighbours that only a comma or "and" divides, together: "1, 2"); the last
    statement (`ANSWER:`, `the answer is`); the last formula between `$`, `\(` or `\[`; the whole text if it is one
    line without words; the last number.
    """
    text = narrow(without_open_box(text))
    return _boxed(text) or _stated(text) or _formula(text) or _whole(text) or extract_number(text)


def plain_expression(expression: str) -> str:
    r"""Return `expression` without what only changes its looks: spaces, `\left`, `\dfrac`, `\text`, degrees."""
    plain = expression.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    plain = _NOTHING.sub("", _WRAPPED.sub(r"\1", plain)).rstrip(".")
    return _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", plain)


def plain_number(plain: str) -> Fraction | None:
    """Return the value of a plain expression that is a number or a quotient of two; None for any other."""
    if len(plain) > 64:
        return None
    if number := _NUMBER.fullmatch(plain):
        sign, whole, decimals, only = number.groups()
        return Fraction(f"{sign}{(whole or '0').replace(',', '')}{(only or decimals or '').rstrip('.')}")
    if quotient := _QUOTIENT.fullmatch(plain):
        sign, *parts = quotient.groups()
        above, below = (int(part) for part in parts if part)
        return Fraction(-above if sign == "-" else above, below) if below else None
    return None


def _boxed(text: str) -> str:
    found: list[str] = []
    end = 0  # where the box before this one ended
    for opening in list(_BOX.finditer(text))[-_MOST:]:
        start = opening.end()
        braced = opening[0].endswith("{")
        stop = _closing(text, start) if braced else start + 1  # as in TeX
        if stop is None or opening.start() < end:
            continue  # never closed, or within a box
        content = text[start:stop].strip()
        if not content:
            continue
        together = found and _BETWEEN.fullmatch(text, end, opening.start())
        found = [*found, content] if together else [content]
        end = stop + braced
    return ", ".join(dict.fromkeys(found))


def _closing(text: str, start: int) -> int | None:
    """Return where the brace closes that opened before `start`; None when it does not within reach."""
    depth = 1
    for place, char in enumerate(text[start : start + _LONGEST + 1], start):
        depth += (char == "{") - (char == "}")
        if not depth:
            return place
    return None


def _stated(text: str) -> str | None:
    for statement in statements(text):
        expression = _END.split(statement.lstrip("$ "))[0].rstrip(" .。*_`")
        if expression.count("}") == expression.count("{") + 1:
            expression = expression.removesuffix("}")  # that of a \text{ which was left out before it
        if not (_is_formula(expression) or expression.isalpha()):  # one word is an answer: "east"
            expression = extract_number(f"ANSWER: {statement}") or ""
        if expression:
            return expression
    return None


def _whole(text: str) -> str:
    line = text.strip()
    alone = len(line) <= _SHORT and "\n" not in line and "boxed" not in line and any(map(str.isalnum, line))
    return line if alone and _is_formula(line) else ""


def _is_formula(line: str) -> bool:
    """Return whether a text has no words but those of LaTeX."""
    return not _PROSE.search(_COMMAND.sub("", line))


def _formula(text: str) -> str | None:
    found = []
    for opening, closing in _MATHS:
        before, closed, _ = text.rpartition(closing)
        above, opened, content = before.rpartition(opening)
        if closed and opened and len(content) <= _LONGEST:
            found.append((len(above), content.strip(" $.,\n")))
    return max(found)[1] if found else None
