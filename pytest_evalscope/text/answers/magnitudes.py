"""Powers of ten and dozens behind a number: million, lakh, 万; a table by language."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import cache

from pytest_evalscope.text.answers.number_words import LETTER
from pytest_evalscope.text.patterns import pattern

_EVERYWHERE = {
    "hundred": 2, "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "bn": 9,
    "mn": 6, "trillion": 12, "trillions": 12, "lakh": 5, "lakhs": 5, "lac": 5, "lacs": 5, "crore": 7, "crores": 7,
}  # fmt: skip
_TABLE: dict[str, dict[str, int]] = {
    "de": {
        "hundert": 2, "tausend": 3, "tsd": 3, "million": 6, "millionen": 6, "mio": 6, "milliarde": 9, "milliarden": 9,
        "mrd": 9, "billion": 12, "billionen": 12,
    },
    "fr": {
        "cent": 2, "cents": 2, "mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9, "billion": 12,
        "billions": 12,
    },
    "es": {"mil": 3, "millón": 6, "millones": 6, "billón": 12, "billones": 12},
    "pt": {
        "mil": 3, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "trilhão": 12, "trilhões": 12,
    },
    "it": {
        "cento": 2, "mila": 3, "mille": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9,
    },
    "ru": {
        "тысяча": 3, "тысячи": 3, "тысяч": 3, "тыс": 3, "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6,
        "миллиард": 9, "миллиарда": 9, "миллиардов": 9, "млрд": 9,
    },
    "vi": {"trăm": 2, "nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9},
    "id": {"ratus": 2, "ribu": 3, "juta": 6, "miliar": 9, "triliun": 12},
    "sw": {"mia": 2, "elfu": 3, "laki": 5, "milioni": 6, "bilioni": 9},
    "ar": {
        "مئة": 2, "مائة": 2, "ألف": 3, "آلاف": 3, "ألفا": 3, "مليون": 6, "ملايين": 6, "مليار": 9, "مليارات": 9,
    },
    "hi": {"सौ": 2, "हज़ार": 3, "हजार": 3, "लाख": 5, "करोड़": 7, "अरब": 9},
    "bn": {"শত": 2, "হাজার": 3, "লক্ষ": 5, "লাখ": 5, "কোটি": 7},
    "te": {"వందల": 2, "వేలు": 3, "వేల": 3, "లక్షలు": 5, "లక్షల": 5, "లక్ష": 5, "కోట్లు": 7, "కోట్ల": 7, "కోటి": 7},
}  # fmt: skip
"""By language, in lower case; a word may mean something else than in English: a billion is 10¹² in German."""
_LETTERS = {"k": 3, "K": 3, "M": 6, "B": 9}
"""Directly behind a number alone: "5 m" is metres."""
_GLUED = {
    "ล้าน": 6, "แสน": 5, "หมื่น": 4, "พัน": 3, "ร้อย": 2,
    "百": 2, "千": 3, "万": 4, "萬": 4, "億": 8, "亿": 8, "兆": 12,
    "백": 2, "천": 3, "만": 4, "억": 8, "조": 12,
}  # fmt: skip
"""Words of scripts without spaces between words: whatever follows them."""
_DOZENS = pattern(
    rf"(?:[ -]{{1,2}}(?:dozens?|dutzend|douzaines?|docenas?|dúzias?|dozzine|дюжин[аы]?|lusin)(?!{LETTER})"
    r"|[ ]?(?:ダース|打(?![\u4e00-\u9fff]{2})|다스|โหล))",
    re.IGNORECASE,
)
_SHORT = pattern(r"[kKMB](?![^\W_])")
# Not 千克 (kilogram), 千米, 千瓦; not 百分之.
_GLUED_WORD = pattern(rf"[ ]?(?:{'|'.join(_GLUED)})(?![克米瓦卡分焦赫帕])")
_WORD = pattern(rf"[ -]{{1,2}}((?![0-9_]){LETTER}{{2,12}})")
_PART = pattern(r"[ ]?([0-9]{1,8}(?:\.[0-9]{1,8})?)(?![.,]?[0-9])")
_LARGEST = 30
"""Powers of ten that are written out."""
_EXACT = Context(prec=4 * _LARGEST)


def scaled(number: str, exponent: int) -> str:
    """Return `number` times a power of ten, written out where that is short."""
    if not exponent:
        return number
    if abs(exponent) > _LARGEST or len(number) > _LARGEST:
        return f"{number}e{exponent}"
    return f"{Decimal(f'{number}e{exponent}'):f}"


def magnified(number: str, text: str, end: int, language: str) -> tuple[str, int]:
    """Return `number`, which ends at `end`, times the magnitudes behind it, and where those end.

    7万5000 is 75000: smaller parts follow in scripts that write so.
    """
    exponent, place = _behind(text, end, language)
    value = scaled(number, exponent)
    while exponent and place < len(text) and text[place - 1] > "\u0e00" and (part := _PART.match(text, place)):
        smaller, end = _behind(text, part.end(), "")
        if smaller >= exponent or (not smaller and len(part[1].partition(".")[0]) > exponent):
            break
        value = f"{_EXACT.add(Decimal(value), Decimal(scaled(part[1], smaller))):f}"
        exponent, place = smaller, end
    if dozens := _DOZENS.match(text, place):
        return f"{_EXACT.multiply(Decimal(value), 12).normalize(_EXACT):f}", dozens.end()
    return value, place


def _behind(text: str, end: int, language: str) -> tuple[int, int]:
    if short := _SHORT.match(text, end):
        return _LETTERS[short[0]], short.end()
    exponent, most = 0, 3
    while most and (found := _one(text, end, language))[0]:
        exponent, end, most = exponent + found[0], found[1], most - 1
    return exponent, end


def _one(text: str, end: int, language: str) -> tuple[int, int]:
    found = _WORD.match(text, end)
    exponent = _words(language[:2]).get(found[1].lower(), 0) if found else 0
    return (exponent, found.end()) if found and exponent else _glued(text, end)


def _glued(text: str, end: int) -> tuple[int, int]:
    found = None if text.isascii() else _GLUED_WORD.match(text, end)
    return (_GLUED[found[0].lstrip()], found.end()) if found else (0, end)


@cache
def _words(language: str) -> dict[str, int]:
    return {**_EVERYWHERE, **_TABLE.get(language, {})}
