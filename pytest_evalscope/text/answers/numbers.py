"""Extraction of the number that a completion gives as its answer, and the value of a number as it is written."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException, localcontext

from pytest_evalscope.text.answers.clean import narrow
from pytest_evalscope.text.answers.earlier import statements, without_open_box

# A minus directly behind a word or a bracket subtracts; elsewhere it is a sign. Thousands are grouped by commas in
# threes (or in twos with a last three, as in India); a group is never begun in the middle of a run of groups, which
# keeps the search linear.
_NUMBER = re.compile(
    r"(?:(?<![\w)\]}])-(?:\\?[$€£¥₹])?)?"
    r"(?:[0-9]+[ ](?=[0-9]+/[0-9]))?"  # the whole part of 1 1/2
    r"(?:(?<![0-9],)[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|(?<![0-9])\.[0-9]+)"
    r"(?:[eE][+-]?[0-9]{1,3}(?!\w)|[ ]?/[ ]?[0-9]+(?:\.[0-9]+)?)?"
)
_STEP = re.compile(r"\s{0,4}(\\times|\\div|\\cdot|[-+*/×÷x=])\s{0,4}\\?[$€£¥₹]?")
_FRACTION = re.compile(r"\\[dt]?frac\s{0,4}\{([^{}]{1,40})\}\s{0,4}\{([^{}]{1,40})\}")
_TYPESET_COMMA = re.compile(r"\{,\}|\\,(?=[0-9]{3})")
_MARKS = str.maketrans("", "", ",$€£¥₹\\")
_REACH = 48
"""Characters before the last digit of a text in which its last number is looked for; a longer one is seen too."""


def extract_number(text: str) -> str | None:
    r"""Return the number that `text` gives as its answer, in plain notation ("1234.5", "-3", "3/4"); None without one.

    It is the last one stated (in a box, behind `ANSWER:`, `the answer is`, `####`); of a stated sum ("3 + 4 = 7") its
    result. Where nothing is stated it is the last number of the text, as LM Evaluation Harness extracts it "flexibly".
    A box that the text ends in is left out: its digits may be cut.
    """
    text = narrow(without_open_box(text))
    for statement in statements(text):
        found = _stated(statement)
        if found is not None:
            return found
    return _last(text)


def parse_number(text: str) -> Decimal | None:
    """Return the value of the last number in `text`, fractions to 28 digits; None without one."""
    written = _last(narrow(text))
    return None if written is None else number_value(written)


def number_value(written: str) -> Decimal | None:
    """Return the value of a number that `extract_number` returned; None for a division by zero."""
    whole, _, fraction = written.rpartition(" ")
    above, _, below = fraction.partition("/")
    try:
        if not below:
            return Decimal(above)
        with localcontext(Context(prec=28)):
            value = Decimal(above.lstrip("-")) / Decimal(below) + Decimal(whole.lstrip("-") or 0)
            return -value if written.startswith("-") else value
    except DecimalException:
        return None


def _stated(statement: str) -> str | None:
    line = _simplify(statement.partition("\n")[0]).lstrip("([{")
    found = _NUMBER.match(line)
    if found is None:
        name, _, value = line.rpartition("=")  # x = 5
        line = value.lstrip(" $\\")
        found = _NUMBER.match(line) if 0 < len(name) <= _REACH else None
    return _plain(_result(line, found)) if found else None


def _result(line: str, first: re.Match[str]) -> str:
    """Return the number behind the last equals sign of the sum that begins with `first`; `first` where it has none."""
    found: re.Match[str] | None = first
    result = first[0]
    while found and (step := _STEP.match(line, found.end())):
        found = _NUMBER.match(line, step.end())
        if found and step[1] == "=":
            result = found[0]
    return result


def _last(text: str) -> str | None:
    place = max(map(text.rfind, "0123456789"))
    if place < 0:
        return None
    line = text.rfind("\n", 0, place) + 1
    start = max(line, place - _REACH)
    if start > line and text[start - 1] in "0123456789,.-":
        start = line  # the cut would fall within a number
    # One more brace may close a fraction.
    return _plain(_NUMBER.findall(_simplify(text[start : place + 2]))[-1])


def _simplify(line: str) -> str:
    if "\\" not in line and "{" not in line:
        return line
    return _TYPESET_COMMA.sub(lambda comma: "," if comma[0] == "{,}" else "", _FRACTION.sub(r" \1/\2", line))


def _plain(written: str) -> str:
    written = written.translate(_MARKS)
    return written.replace(" /", "/").replace("/ ", "/") if "/" in written else written
