"""Numbers in words: what the words of a language compose ("one hundred and twenty", `zweihundert`, 一百二十)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pytest_evalscope.text.answers.number_words import LANGUAGES, OTHERS

_MOST = 12
"""Words that one number is made of."""
_LETTER = "[\\w\u0300-\u036f\u0900-\u0963\u0966-\u0e7f]"
"""A letter, or a sign that belongs to one."""
_UNWORDED = re.compile(rf"(?!{_LETTER})")
_AFTER_KOREAN = re.compile(r"(?=입니다|이다|이에요|예요|개|명|마리|살|시간|원|번|권|장|대|일|[^\w]|$)")
_CLOSED = re.compile(r"[\s*_`\"'”’)\]}.!,;:।。]*(?:$|\n)|[,.;!)।]")
# "one of them", "one must add": no number.
_PRONOUN = re.compile(r"\s+(?:of|must|can|could|may|might|should|would|will|needs?|has|have|is|way|who|that|which)\b", re.I)
_ARTICLES = frozenset("ein eine einen un une una um uma uno एक এক ఒక moja không một một ba 한 두 세 네".split())
"""Words of a number which are mostly something else: a number only where nothing follows them."""

_HAN_DIGITS = {sign: digit for digit, signs in enumerate(("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九"))
               for sign in signs}  # fmt: skip
_HAN_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN = re.compile(f"([{''.join({**_HAN_DIGITS, **_HAN_TENS})}]{{1,20}})(?:点([{''.join(_HAN_DIGITS)}]{{1,20}}))?")
# 一共 "in all", 一定 "surely", 十分 "very", 千克 "kilogram": no numbers.
_NO_HAN = re.compile(r"一[共般定样樣些起直切方边邊旦致向]|[十万萬][分一]|[百千万萬][克米瓦分]")


class Worded(NamedTuple):
    """A number in words, and where it stands."""

    written: str
    start: int
    end: int


class _Lexicon(NamedTuple):
    numbers: re.Pattern[str]
    word: re.Pattern[str]
    values: Mapping[str, int | str]
    """Of each word: an int to add, `*n` to multiply with, `/n` for a part."""


def worded(text: str, language: str, *, begins: bool) -> Worded | None:
    """Return the first number in words, of `language` or in English; with `begins`, if the text begins with it."""
    if not text.isascii() and language[:2] in ("zh", "ja", ""):
        if found := _han(text, begins):
            return found
    for code in (language[:2], "en"):
        if code in LANGUAGES and (found := _composed(text, code, begins)):
            return found
    return None


def _composed(text: str, code: str, begins: bool) -> Worded | None:
    lexicon = _lexicon(code)
    lower = text.lower()
    place = 0
    for _ in range(_MOST):
        found = lexicon.numbers.match(lower) if begins else lexicon.numbers.search(lower, place)
        if found is None or (code == "th" and found.start()):
            return None
        written, end = _value(lexicon, lower, found.start(), found.end())
        if written and _is_number(lower, found.start(), end, written):
            return Worded(written, found.start(), end)
        if begins:
            return None
        place = found.end()
    return None


def _is_number(text: str, start: int, end: int, written: str) -> bool:
    """Return whether a word is meant as a number: "one" may be a pronoun, "ein" an article, "half" a part of what follows."""
    word = text[start:end]
    if word in _ARTICLES or word == "half":
        return _CLOSED.match(text, end) is not None
    return written != "1" or (not start and _PRONOUN.match(text, end) is None)


def _value(lexicon: _Lexicon, text: str, start: int, end: int) -> tuple[str, int]:
    """Return what the words from `start` on compose, and where the last of them ends that belongs to the number."""
    total = current = ahead = 0
    stop = start
    part = ""
    for word in lexicon.word.finditer(text, start, end):
        value = lexicon.values[re.sub(r"[\s-]", "-", word[0])]
        joint = text[stop : word.start()].strip(" -")
        if isinstance(value, str) and value[0] == "/":
            part = f"{current} 1{value}" if joint and current else f"{current or 1}{value}"
            if total or (current > 1 and not joint and current >= int(value[1:])):
                part = ""
                break
            stop = word.end()
            break
        if isinstance(value, str) and value[0] == "*":
            factor = int(value[1:])
            if factor >= 1000:
                total, current = total + max(current, 1 - bool(total)) * factor, 0
            else:
                current = max(current, 1) * factor
        elif isinstance(value, str):
            ahead = int(value[1:])
            stop = word.end()
            continue
        elif ahead:
            total, ahead = total + ahead * value, 0
        elif not _fits(current, value, joint):
            break
        else:
            current += value
        stop = word.end()
    return part or str(total + current + ahead), stop


def _fits(current: int, value: int, joint: str) -> bool:
    """Return whether a number of two words: twenty one, soixante et onze, ein-und-zwanzig; not "five six"."""
    if not current:
        return True
    if current < 10:
        return 20 <= value < 100 and joint in ("und", "و")
    room = 10 if current % 100 else 100
    return (current % room == 0 and 0 < value < room and current % 100 != 10) or (current in (60, 80) and value < 20)


@cache
def _lexicon(code: str) -> _Lexicon:
    language = LANGUAGES[code]
    values: dict[str, int | str] = {}
    for step, words in ((1, language.units), (10, language.tens)):
        for place, spellings in enumerate(words.split(), 0 if step == 1 else 2):
            values.update(dict.fromkeys(spellings.replace("_", "-").split("|"), place * step))
    for word, _, factor in (pair.partition("=") for pair in language.larger.split()):
        values[word] = f"<{factor[1:]}" if factor.startswith("-") else f"*{factor}"
    for word, _, value in (pair.partition("=") for pair in OTHERS.get(code, "").split()):
        values[word] = value.removeprefix("1") if "/" in value else int(value)
    one = "|".join(re.escape(word).replace(r"\-", "[ -]") for word in sorted(values, key=len, reverse=True))
    joints = "|".join(sorted(language.joints.split(), key=len, reverse=True))
    if code == "en":
        joints = "and a|and"
    between = rf"[ -]{{1,2}}(?:(?:{joints})[ -]{{1,2}})?" if joints else "[ -]{1,2}"
    if language.glued:
        between = rf"[ -]?(?:{joints})?[ -]?" if joints else "[ -]?"
    before = "(?:an? )?" if code == "en" else ""
    last = "" if code == "th" else _AFTER_KOREAN.pattern if code == "ko" else _UNWORDED.pattern
    number = rf"(?<!{_LETTER}){before}(?:{one})(?:{between}(?:{one})){{0,{_MOST - 1}}}{last}"
    return _Lexicon(re.compile(number), re.compile(one), values)


def _han(text: str, begins: bool) -> Worded | None:
    for found in _HAN.finditer(text):
        if begins and found.start():
            return None
        whole, decimals = found.groups()
        end = found.end()
        if _NO_HAN.match(text, max(found.start(), end - 1)) or _NO_HAN.match(text, found.start()):
            continue
        value = han_value(whole)
        if text.startswith("分之", end) and (above := _HAN.match(text, end + 2)):
            written = han_value(above[1]) if value == 100 else f"{han_value(above[1])}/{value}"
            return Worded(str(written), found.start(), above.end())
        point = "".join(str(_HAN_DIGITS[sign]) for sign in decimals or "")
        return Worded(f"{value}.{point}" if point else str(value), found.start(), end)
    return None


def han_value(numeral: str) -> int:
    """Return the value of a Chinese numeral: 一百二十 and 一二〇 are 120."""
    if not any(sign in _HAN_TENS for sign in numeral):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in numeral))
    total = section = digit = 0
    for sign in numeral:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        elif (ten := _HAN_TENS[sign]) >= 10**4:
            total, section, digit = (total + section + digit or 1) * ten if ten == 10**8 else total + (
                section + digit or 1) * ten, 0, 0  # fmt: skip
        else:
            section, digit = section + (digit or 1) * ten, 0
    return total + section + digit
