"""Numbers in words: what the words of a language compose ("one hundred and twenty", `zweihundert`, 一百二十)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pytest_evalscope.text.answers.number_words import AFTER_KOREAN, LANGUAGES, LETTER, OTHERS
from pytest_evalscope.text.patterns import pattern

_MOST = 12
"""Words that one number is made of."""
_AFTER_KOREAN = pattern(AFTER_KOREAN)
_CLOSED = pattern(r"[\s*_`\"'”’)\]}.!,;:।。]*(?:$|\n)|[,.;!)।]")
# "one of them", "one must add": no number.
_PRONOUN = pattern(
    r"\s+(?:of|must|can|could|may|might|should|would|will|needs?|has|have|is|way|who|that|which)\b", re.IGNORECASE
)
_ONES = "ein eine einen un une una um uma uno एक এক ఒక moja không một ba 한 두 세 네"
_LATIN = pattern(r"[a-z]+")
_ARTICLES = frozenset(_ONES.split())
"""Words of a number which are mostly something else: a number only where nothing follows them."""

_HAN_SIGNS = ("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九")
_HAN_DIGITS = {sign: digit for digit, signs in enumerate(_HAN_SIGNS) for sign in signs}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HANGUL = str.maketrans("영공일이삼사오육륙칠팔구십백천만억", "零〇一二三四五六六七八九十百千万亿")
_HAN = pattern(f"([{''.join({**_HAN_DIGITS, **_HAN_TENS})}]{{1,20}})(?:点([{''.join(_HAN_DIGITS)}]{{1,20}}))?")
# 一共 "in all", 一定 "surely", 十分 "very", 千克 "kilogram": no numbers.
_NO_HAN = pattern(r"一[共般定样樣些起直切方边邊旦致向]|[十万萬][分一]|[百千万萬][克米瓦分]")


class Worded(NamedTuple):
    """A number in words, and its place."""

    written: str
    start: int
    end: int


class _Lexicon(NamedTuple):
    number: re.Pattern[str]
    """Words of one number, by their looks."""
    word: re.Pattern[str]
    meanings: Mapping[str, tuple[str, int]]
    """Effect of each word: `add` its value, multiply with it what is before (`times`) or behind it (`ahead`), or take
    that `part` of what is before it."""


def worded(text: str, language: str, *, begins: bool) -> Worded | None:
    """Return the first number in words, of `language` or in English; with `begins`, if the text begins with it."""
    if not text.isascii() and (found := _hangul(text) if language[:2] == "ko" else _han(text, begins)):
        return found
    for code in (language[:2], "en"):
        if code in LANGUAGES and (found := _composed(text, code, begins)):
            return found
    return None


def _composed(text: str, code: str, begins: bool) -> Worded | None:
    lexicon = _lexicon(code)
    lower = text.lower()
    if code == "en" and not begins and lexicon.meanings.keys().isdisjoint(_LATIN.findall(lower)):
        return None
    place = 0
    for _ in range(_MOST):
        found = lexicon.number.match(lower) if begins else lexicon.number.search(lower, place)
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
    """Return whether a word is meant as a number: "one" may be a pronoun, "ein" an article."""
    word = text[start:end]
    if word in _ARTICLES or word == "half":
        return _CLOSED.match(text, end) is not None
    return written != "1" or (not start and _PRONOUN.match(text, end) is None)


def _value(lexicon: _Lexicon, text: str, start: int, end: int) -> tuple[str, int]:
    """Return what the words from `start` on compose, and where the last of them ends that belongs to the number."""
    total = current = ahead = 0
    stop = start
    for word in lexicon.word.finditer(text, start, end):
        kind, value = lexicon.meanings[word[0].replace(" ", "-")]
        joint = text[stop : word.start()].strip(" -")
        if kind == "part":
            part = _part(total, current, value, joint)
            return (part, word.end()) if part else (str(total + current), stop)
        if kind == "ahead":
            ahead = value
        elif kind == "times" and value < 1000:
            current = max(current, 1) * value
        elif kind == "times":
            total, current = total + max(current, 1 - bool(total)) * value, 0
        elif ahead:
            total, ahead = total + ahead * value, 0
        elif _fits(current, value, joint):
            current += value
        else:
            break
        stop = word.end()
    return str(total + current + ahead), stop


def _part(total: int, current: int, below: int, joint: str) -> str:
    """Return two thirds, or two and a half; nothing where the word belongs to something else."""
    if joint and total + current:
        return f"{total + current} 1/{below}"
    return f"{current or 1}/{below}" if not total and current < below else ""


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
    meanings: dict[str, tuple[str, int]] = {}
    for words, least, step in ((language.units, 0, 1), (language.tens, 2, 10)):
        for place, spellings in enumerate(words.split(), least):
            meanings.update(dict.fromkeys(spellings.replace("_", "-").split("|"), ("add", place * step)))
    for kind, words in (("times", language.larger), ("ahead", language.ahead), *OTHERS.get(code, {}).items()):
        pairs = (pair.partition("=") for pair in words.split())
        meanings.update((word, (kind, int(value))) for word, _, value in pairs)
    word = "|".join(re.escape(each).replace(r"\-", "[ -]") for each in sorted(meanings, key=len, reverse=True))
    number = rf"(?<!{LETTER}){language.before}(?:{word})(?:{language.between}(?:{word})){{0,{_MOST - 1}}}"
    return _Lexicon(re.compile(number + language.behind), re.compile(word), meanings)


def _han(text: str, begins: bool) -> Worded | None:
    for found in _HAN.finditer(text):
        if begins and found.start():
            return None
        (whole, decimals), start, end = found.groups(), found.start(), found.end()
        if text.startswith("分之", end) and (above := _HAN.match(text, end + 2)):
            value, below = han_value(above[1]), han_value(whole)
            return Worded(str(value) if below == 100 else f"{value}/{below}", start, above.end())
        if not (_NO_HAN.match(text, start) or _NO_HAN.match(text, end - 1)):
            point = "".join(str(_HAN_DIGITS[sign]) for sign in decimals or "")
            return Worded(f"{han_value(whole)}.{point}" if point else str(han_value(whole)), start, end)
    return None


def _hangul(text: str) -> Worded | None:
    """Return the Sino-Korean numeral that `text` begins with; one syllable is one only where nothing else follows."""
    found = _HAN.match(text[:_MOST].translate(_HANGUL))
    if found is None or not _AFTER_KOREAN.match(text, found.end()):
        return None
    if found.end() == 1 and not (_CLOSED.match(text, 1) or text.startswith(("입니다", "이다", "개", "명"), 1)):
        return None
    return Worded(str(han_value(found[1])), 0, found.end())


def han_value(numeral: str) -> int:
    """Return the value of a Chinese numeral: 一百二十 and 一二〇 are 120."""
    if not any(sign in _HAN_TENS for sign in numeral):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in numeral))
    total = section = digit = 0
    for sign in numeral:
        ten = _HAN_TENS.get(sign, 0)
        if not ten:
            digit = _HAN_DIGITS[sign]
        elif ten < 10**4:
            section, digit = section + (digit or 1) * ten, 0
        elif ten == 10**8:
            total, section, digit = (total + section + digit or 1) * ten, 0, 0
        else:
            total, section, digit = total + (section + digit or 1) * ten, 0, 0
    return total + section + digit
