"""Extraction of the number that a completion gives as its answer, and the value of a number as it is written."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException, localcontext

from pytest_evalscope.text.answers.numerals import Worded, worded
from pytest_evalscope.text.answers.numerics import CURRENCIES, Number, numbers
from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find
from pytest_evalscope.text.answers.statements import narrow, without_open_box
from pytest_evalscope.text.answers.typeset import plain_signs

_REACH = 200
"""Characters of a stated line that are looked at."""
_BACK, _AHEAD = 64, 24
"""Characters before the last digit of a text, and behind it, that decide on its last number."""
_MOST = 8
"""Lines of a statement, and places at the end of a text, that are looked at."""
_FIGURES = "0123456789"
_WITHIN = f"{_FIGURES}.,-"
_LONGEST = 1000
"""Characters of the longest number that is read to its beginning."""
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_UNKNOWN = re.compile(
    r"[\W_]*(?:(?:is |are |was )?(?:(?:currently |still )?unknown|none|nothing|n/?a|unclear|undetermined|undefined|not "
    r"(?:known|given|enough|sufficient|determinable|possible|available)|(?:can(?:not|'t)|could not) be|impossible|"
    r"insufficient)\b|未知|无法|無法|不知道|不明|わか|分か|알 수 없|unbekannt|inconnu|desconocid|desconhecid|sconosciut|"
    r"неизвест)",
    re.IGNORECASE,
)

# A sum: signs and up to two words for what is counted, then the sign of an operation.
_STOP = r"because|since|as|if|where|when|for|so|and|or|with|given|that|which|but|while|weil|da|car|porque|perché"
_UNIT = rf"[%°)\]}}\"'*_ {CURRENCIES}]{{0,6}}(?:(?!(?:{_STOP})\b)[^\W\d_]{{1,15}}[.)\]}}]?[ ]{{1,2}}){{0,2}}"
_OPERATION = re.compile(
    rf"{_UNIT}(?:[-+*×÷·/=→⇒]|x(?=[ ]?[0-9(])|(?:plus|minus|times|equals|makes?|gives?)\b|and(?=[ ][{CURRENCIES}]?[0-9]))"
)
_IN_ALL = rf"[ ][{CURRENCIES}]?[0-9.,]{{1,20}}(?:[ ][^\W\d]{{1,15}}){{0,2}}[ ](?:in all|in total|altogether)\b"
_BROKEN = re.compile(
    rf"[;!?\n，。；]|\.(?![0-9])|,(?![0-9]|[ ](?:which|that)\b|{_IN_ALL})"
    rf"|(?<!,)[ ](?:{_STOP.replace('and|', '')})\b|\((?=[^\W\d])"
)
_RESULT = re.compile(
    rf"[=→⇒]|,? ?(?:which |that )?\b(?:equals?|makes?|gives?|totals?|comes to|is|are)\b|,(?={_IN_ALL})"
)
_BEFORE = re.compile(r"[-+*×÷·/][ ]?[($]*\Z")
_NOT = frozenset(["not", "no", "nicht", "kein", "keine", "pas", "non", "não", "не", "instead", "rather"])
_NOT_SPACELESS = ("n't", "n’t", "不是", "而非", "不等于", "不等於")
_LITTLE = frozenset(
    [
        "than",
        "of",
        "equal",
        "equals",
        "to",
        "exactly",
        "quite",
        "the",
        "be",
        "simply",
        "actually",
        "about",
        "approximately",
        "really",
        "es",
        "est",
        "ist",
        "a",
    ]
)
_MARKUP = f" *_`\"'(-\\{CURRENCIES}"
_WRONG = re.compile(
    r"[\s*_`\"')]*(?:(?:is|was|would be)\s(?:wrong|incorrect|false|not\s(?:right|correct|the answer))\b|ist falsch|"
    r"est faux|es incorrecto|неверно|está errado|è sbagliato|是错|是錯|は間違|는 틀|은 틀|خطأ|गलत|ভুল|తప్పు|ผิด|si sahihi|sai\b|salah\b)"
)


def extract_number(text: str, language: str = "") -> str | None:
    r"""Return the number that `text` gives as its answer, in plain notation ("1234.5", "-3", "3/4"); None without one.

    It is the first one of what is stated (in a box, behind `ANSWER:`, `the answer is`, `####`) that is not rejected
    ("not 33"); of a stated sum ("3 + 4 = 7") its result. Where nothing is stated it is the last number of the text, as
    LM Evaluation Harness extracts it "flexibly". A box that the text ends in is left out: its digits may be cut.
    `language` is the code of the text's language, which says what points and commas in numbers mean.
    """
    return number_reading(text, language).answer


def number_reading(text: str, language: str = "") -> Reading:
    """Return the number that `text` gives as its answer, and how it was found."""
    return find(without_open_box(text), read_number, language)


def read_number(region: Region) -> str | Refused | None:
    """Return the number that a region of a completion gives, in plain notation."""
    if region.stage == "alone":
        return _last(region.text, region.language)
    for line in region.text.split("\n", _MOST)[:_MOST]:
        if _UNKNOWN.match(line):
            return Refused("the answer is said to be unknown")
        if found := _first(plain_signs(line[:_REACH]), region.language):
            return found
    return None


def parse_number(text: str, language: str = "") -> Decimal | None:
    """Return the value of the last number in `text`, fractions to 28 digits; None without one.

    A number in plain notation ("1234.5") has that value in every language.
    """
    text = text.strip()
    written = text if _PLAIN.fullmatch(text) else _last(narrow(text), language)
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


def _first(line: str, language: str) -> str | None:
    """Return the first number of a line that is not rejected: in words if the line begins so, or has no digits."""
    words = line.lstrip(" ([{\"'*_`")
    if words[:1].isalpha() and (found := _in_words(words, language, begins=True)):
        return found
    for number in numbers(line, language):
        if not _rejected(line, number):
            return _result(line, number, language)
    return _in_words(words, language, begins=False)


def _in_words(line: str, language: str, *, begins: bool) -> str | None:
    negative = line[:9].lower().startswith(("minus ", "negative "))
    if negative:
        line = line.partition(" ")[2].lstrip()
    found = worded(line, language, begins=begins)
    if found is None or _rejected(line, found):
        return None
    return "-" * negative + found.written


def _result(line: str, number: Number, language: str) -> str:
    """Return what stands alone behind the last equals sign of the sum that begins with `number`; `number` without one."""
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
    """Return what stands behind each equals sign; "is" is none behind "5 and 3"."""
    ends = [found for found in _RESULT.finditer(clause) if not (listed and found[0].endswith(("is", "are")))]
    stops = [*(found.start() for found in ends[1:]), len(clause)]
    return [clause[found.end() : stop] for found, stop in zip(ends, stops, strict=False)]


def _alone(side: str, number: Number) -> bool:
    """Return whether a number is one side of an equation, and no operand in it."""
    before = side[: number.start]
    if number.written[0] == "-":
        before = before.rstrip(_MARKUP)
    operation = _OPERATION.match(side, number.end)
    behind = side[operation.end() - 1 :] if operation else ""
    return not _BEFORE.search(before) and not any(map(str.isdigit, behind))


def _last(text: str, language: str) -> str | None:
    """Return the last number of a text that is not rejected."""
    figures = _FIGURES if text.isascii() else _FIGURES + _FRACTIONS
    stop = len(text)
    for _ in range(_MOST):
        place = max(text.rfind(figure, 0, stop) for figure in figures)
        if place < 0:
            return None
        line = text.rfind("\n", 0, place) + 1
        start = max(line, place - _BACK)
        if start > line and text[start - 1] in _WITHIN:  # the cut would fall within a number
            start = max(line, start - _LONGEST) + len(text[max(line, start - _LONGEST) : start].rstrip(_WITHIN))
        window = plain_signs(text[start : min(stop, place + _AHEAD)].partition("\n")[0])
        for number in reversed(list(numbers(window, language))):
            if not _rejected(window, number):
                return number.written
        stop = start
    return None


def _rejected(line: str, number: Number | Worded) -> bool:
    """Return whether a number is called wrong where it stands: "not 33", "rather than 33", "33 is wrong"."""
    before = line[max(0, number.start - 40) : number.start].rstrip(_MARKUP)
    for _ in range(3):
        word = before.rpartition(" ")[2].lower().lstrip(_MARKUP)
        if word in _NOT or before.endswith(_NOT_SPACELESS):
            return True
        if word not in _LITTLE:
            break
        before = before[: -len(word)].rstrip(_MARKUP)
    return _WRONG.match(line, number.end) is not None
