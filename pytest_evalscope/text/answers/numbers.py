"""Extraction of the number that a completion gives as its answer, and the value of a number as it is written."""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException, localcontext
from functools import cache

from pytest_evalscope.text.answers.assertion import corrections
from pytest_evalscope.text.answers.clean import narrow, without_open_box
from pytest_evalscope.text.answers.languages import LANGUAGES
from pytest_evalscope.text.answers.numerals import Worded, worded
from pytest_evalscope.text.answers.numerics import CURRENCIES, Number, numbers
from pytest_evalscope.text.answers.regions import Reading, Refused, Region, find
from pytest_evalscope.text.answers.rejection import rejected, untold
from pytest_evalscope.text.answers.sums import outcome, result
from pytest_evalscope.text.answers.typeset import plain_signs
from pytest_evalscope.text.patterns import pattern

_REACH = 200
"""Characters of a stated line that are looked at."""
_BACK, _AHEAD = 64, 24
"""Characters before the last digit of a text, and behind it, that decide on its last number."""
_MOST = 8
"""Lines of a statement, and places at the end of a text, that are looked at."""
_FIGURES = "0123456789"
_FIGURE = r"[*_`$€£(]{0,4}-?[0-9]"
_WITHIN = f"{_FIGURES}.,-"
_LONGEST = 1000
"""Characters of the longest number that is read to its beginning."""
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_PLAIN = pattern(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?")
_CHOICES = {"both", "neither", "all of the above"}
"""Words for no option or for all, which say nothing about a number."""
_NOTHING = {"not enough", "not possible", "insufficient", "impossible", "cannot be", "can't be", "无法", "無法"}
"""Beginnings of other statements without a number: "cannot be determined"."""
_ROUNDED = Decimal("0.005")
_BECAUSE = pattern(r"[0-9][^\n]*?([ ](?:because|weil|parce que|porque|perché|потому что)[ ][^\n=]*)\Z")
_NO_PLACES = r"(?![0-9]+ (?:decimal|significant|d\.?p|s\.?f))"
"""Not a number of digits, as in "3.5 to 2 decimal places"."""
_BOLD = pattern(
    rf"(?<![*\w])\*\*([-−]?[{CURRENCIES}]?[0-9][^*\n]{{0,40}}?)(?:(?<![:.)])|\.(?=\*\*\s*\Z))\*\*(?![*\w:])"
)
_SENTENCE = pattern(r"[.!?](?=\s)|[。！？]")
_NEAR = 30
"""Characters between a number and the words that take it back at once: "33 apples. Wait, 29"."""
_ENDS = pattern(r"[^\w\s]*(?:\s*(?:\Z|\n)|[.,;!?)](?:\s|\Z))|\s[=+*/×÷-]|[。，！]")
_DRESS = f" *_`$\\{CURRENCIES}"
_JOINED_AS_RANGE = frozenset(
    ("–", "—", "-", "~", "to", "up to", "or", "bis", "oder", "à", "ou", "至", "到", "から", "до", "или", "hasta")
)
_FROM = ("from", "von", "de", "du", "da", "от", "с", "从")
_AND = frozenset(("and", "und", "et", "y", "e", "и", "和", "dan", "và", "na"))
_BOUNDED = ("between", "zwischen", "entre", "tra", "fra", "между", "antara", "giữa", "kati ya")
_COUNTING = pattern(
    r"(?:\b(?:is|are|was|were|be|has|have|had|makes?|gives?|gets?|equals?|leaves?|needs?|remain|totals?"
    r"|total of|takes?|costs?|sind|ist|hat|haben|gibt es|bleiben|ergibt|est|sont|a|ont|restent?|es|son"
    r"|hay|tiene|quedan|é|são|há|è|sono|ci sono)"
    r"(?: (?:only|exactly|just|about|now|still|genau|noch|exactement|exactamente|esattamente|exatamente))?"
    r" [*_`\"'“]{0,3}|(?:是|有|为|等于|剩|共|得|は|が))\Z"
)
"""Before a number in words that is the value."""
_COUNTED = pattern(r"(?!-)(?:[*_`\"'”]{0,3}[ -]?[^\W\d]{1,15}){0,4}[\s.!。*_`)\"'”]{0,12}")
_RATIO = pattern(r"[0-9] ?: ?[0-9]")
_BEFORE, _BEHIND = ' \t\n*`"$', ' \t\n*`".'
"""Signs around a number that change nothing of it."""
_MARKUP = f" *_`\"'(-\\{CURRENCIES}"


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
    if (bare := region.text.lstrip(_BEFORE).rstrip(_BEHIND)).isdecimal() and bare.isascii():
        return corrected(bare, region) if region.rest or region.behind else bare
    if region.stage == "alone":
        if untold(region.text):
            return Refused("it is said to be unknown")
        return _last(region.text, region.language) or _named(region.text, region.language)
    if region.front:
        return _last(region.text, region.language) or _first(region.text[-_REACH:], region.language)
    lines = region.text.strip().split("\n", _MOST)[:_MOST]
    for line in lines:
        if _unknown(line) or untold(_SENTENCE.split(line, maxsplit=1)[0]):
            return Refused("it is said to be unknown")
        found = _first(plain_signs(_item(line[:_REACH]) if len(lines) > 1 else line[:_REACH]), region.language)
        if found:
            return corrected(found, region) if isinstance(found, str) else found
    return None


def corrected(found: str, region: Region) -> str:
    """Return the number that the words behind a stated one put in its place ("33. Wait, 29"), or that one itself.

    They name another one right behind it, or after a clause that calls it wrong.
    """
    behind = f"{region.text[:_REACH]}\n{region.rest[:_REACH]}{region.behind}"
    last = max(map(behind.rfind, _FIGURES))
    if last < len(found) + 2:
        return found
    for start, end, firmly in corrections(behind[: last + 1], _FIGURE):
        before = list(numbers(behind[:start], region.language))
        number = next(numbers(behind[end:], region.language), None)
        if not before or number is None or _rejected(behind[end:], number):
            continue
        unit = behind[before[-1].end : start]
        at_once = (
            before[-1].written == found and len(unit) < _NEAR and _ENDS.match(behind, end + number.end, end + _REACH)
        )
        if at_once or firmly:
            found = result(behind[end:].partition("\n")[0], number, region.language) or number.written
    return found


def parse_number(text: str, language: str = "") -> Decimal | None:
    """Return the value of the last number in `text`, fractions to 28 digits; None without one.

    A number in plain notation ("1234.5") has that value in every language.
    """
    text = text.strip()
    written = text if _PLAIN.fullmatch(text) else _last(narrow(text), language)
    return number_value(written) if isinstance(written, str) else None


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


def _first(line: str, language: str) -> str | Refused | None:
    """Return the first number of a line that is not rejected: in words if the line begins so, or has no digits."""
    words = line.lstrip(" ([{\"'*_`")
    if words[:1].isalpha() and (found := _in_words(words, language, begins=True)):
        return found
    for number in numbers(line, language):
        if _undecided(line, number, language):
            return Refused("two numbers are given to choose from")
        if not _rejected(line, number):
            return result(line, number, language) or Refused("a sum without its result, or a range")
    if _RATIO.search(line):
        return Refused("a ratio or a time of day")
    return _in_words(words, language, begins=False)


def _in_words(line: str, language: str, *, begins: bool) -> str | None:
    negative = line[:9].lower().startswith(("minus ", "negative "))
    if negative:
        line = line.partition(" ")[2].lstrip()
    found = worded(line, language, begins=begins)
    if found is None or _rejected(line, found):
        return None
    return "-" * negative + found.written


def _last(text: str, language: str) -> str | Refused | None:
    """Return the last number of a text that is not rejected; of its line the one in bold, none of a reason."""
    figures = _FIGURES if text.isascii() else _FIGURES + _FRACTIONS
    for _ in range(_MOST):
        place = max(map(text.rfind, figures))
        if place < 0:
            return None
        line = text.rfind("\n", 0, place) + 1
        if reason := _BECAUSE.search(text, max(line, place - _REACH), place + 1):
            text = text[: reason.start(1)]
            continue
        if "*" in text and (bold := _BOLD.findall(text[max(line, place - _REACH) : place + _AHEAD].partition("\n")[0])):
            return _first(plain_signs(bold[-1]), language)
        start = max(line, place - _BACK)
        if start > line and text[start - 1] in _WITHIN:  # the cut would fall within a number
            start = max(line, start - _LONGEST) + len(text[max(line, start - _LONGEST) : start].rstrip(_WITHIN))
        window = plain_signs(text[start : place + _AHEAD].partition("\n")[0])
        if start == line and "\n" in text:
            window = _item(window)
        row = list(numbers(window, language))
        for place_in_row, number in reversed(list(enumerate(row))):
            if not _rejected(window, number):
                if place_in_row and _is_range(window, row[place_in_row - 1], number):
                    return Refused("a range")
                whole = text[max(line, place - _REACH) : start] + window if start > line else window
                shift = len(whole) - len(window)
                return outcome(whole, Number(number.written, number.start + shift, number.end + shift), language)
        text = text[:start]
    return None


def _is_range(line: str, first: Number, last: Number) -> bool:
    """Return whether two numbers are the ends of a range: "3 to 5", "3–5", "between 3 and 5"; not "from 3 to 5"."""
    joint = line[first.end : last.start].strip(_DRESS).lower()
    before = line[: first.start].rstrip(_DRESS).lower()
    low, high = number_value(first.written), number_value(last.written)
    if low is None or high is None or low >= high or _same(first.written, last.written):
        return False
    if joint in _JOINED_AS_RANGE:
        return not before.endswith(_FROM)
    return joint in _AND and before.endswith(_BOUNDED)


def _named(text: str, language: str) -> str | None:
    """Return the only number in words of a text, where it is its value: "There are seven.", "result: 三"."""
    text = text[-_REACH:].replace("：", ":")
    found = worded(text, language, begins=False)
    if found is None:
        return None
    before, behind = text[: found.start], text[found.end :]
    if before.rstrip(_MARKUP).endswith(":"):
        return found.written if not behind.strip(f"{_MARKUP}.。\n") else None
    if not _COUNTED.fullmatch(behind) or _rejected(text, found):
        return None
    if not (_COUNTING.search(before.lower()) if before.strip(_MARKUP) else behind.count(" ") < 2):
        return None
    return None if worded(behind, language, begins=False) else found.written


def _undecided(line: str, number: Number, language: str) -> bool:
    """Return whether a number is the first of two that are given to choose from: "either 29 or 33", "29 or 33"."""
    if number.end == len(line):
        return False
    if choice := _words_between().match(line, number.end):
        second = next(numbers(line[choice.end() :], language), None)
        if second and not second.start and not _same(number.written, second.written):
            return True
    before = f" {line[: number.start].rstrip(_MARKUP).lower()}"
    if not before.endswith(_words_for_either()):
        return False
    other = next(numbers(line[number.end :], language), None)
    return other is not None and any(map(str.isalpha, line[number.end : number.end + other.start]))


def _same(one: str, other: str) -> bool:
    """Return whether two numbers have one value, maybe one of them in percent, or rounded: 1/2, 0.5, 50; 22/7, 3.14."""
    value, second = number_value(one), number_value(other)
    if value is None or second is None or value in (second, second * 100) or value * 100 == second:
        return True
    return not (one + other).isdecimal() and abs(value - second) < _ROUNDED * abs(value)


@cache
def _words_between() -> re.Pattern[str]:
    words = {word for language in LANGUAGES if language.spaced for word in language.alternatives} | {"to", "bis"}
    return re.compile(
        rf"[%)*{CURRENCIES}]*,? (?:{'|'.join(sorted(words, key=len, reverse=True))}) [(*{CURRENCIES}]*{_NO_PLACES}"
    )


@cache
def _words_for_either() -> tuple[str, ...]:
    return tuple(
        f" {word}" if language.spaced else word for language in LANGUAGES for word in language.either if word != "soit"
    )  # which also means "that is", in French


def _item(line: str) -> str:
    """Return a line without the dash that makes it an item of a list."""
    return line.lstrip().removeprefix("- ")


def _rejected(line: str, number: Number | Worded) -> bool:
    return rejected(line.replace("(", " "), len(line[: number.start].rstrip(_MARKUP)), number.end)


def _unknown(line: str) -> bool:
    """Return whether a line begins with a word for no answer."""
    line = line.lstrip(_MARKUP)
    if line[:1].isdigit():
        return False
    line = line.lower()
    if not line.startswith(_words_for_nothing()):
        return False
    end = max(len(word) for word in _words_for_nothing() if line.startswith(word))
    return not (line[end - 1].isascii() and line[end : end + 1].isalnum())


@cache
def _words_for_nothing() -> tuple[str, ...]:
    words = {word for language in LANGUAGES for word in language.nothing} - _CHOICES
    return tuple(words | _NOTHING)
