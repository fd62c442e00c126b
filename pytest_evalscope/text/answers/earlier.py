r"""Earlier reading of statements, for the readers that do not look at regions yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_evalscope.text.answers import clean

# Looked for one by one: finding fifteen words so takes a tenth of the time of one pattern of alternatives.
_BOXES = ("\\boxed", "\\fbox")
_TIED = ("####", "option is", "choice is")  # "####" is how the solutions of GSM8K end
_WORDS = ("nswer", "NSWER", "答案", "答え", "正解", "espuesta", "éponse", "ntwort", "esposta", "твет")
_REACH = 200
"""Characters behind a marker that are looked at."""
_MOST = 64
"""Statements that are looked at; a text full of markers must cost no more than its length."""

# What ties a marker to its answer: a colon or a verb. "####" and "option is" need none.
_TIE = re.compile(
    r"[\s*_`]{0,8}(?:(?:[:=]|is\b|es\b|ist\b|est\b|lautet\b|é\b|は|是|为|為)[\s*_`]{0,8}){1,2}", re.IGNORECASE
)
# What may come between the tie and the answer itself: markup, mathematical typesetting, a few small words.
_DRESS = re.compile(
    r"(?:[\s*_`\"'“”‘’$~≈>]|\\[(\[!,;: ]|\\(?=\$)|\\(?:text|textbf|mathbf|mathrm|bf|operatorname)\b\s{0,4}\{?"
    r"|(?:approximately|about|option|choice|letter)\b\s?|选项\s?){0,40}",
    re.IGNORECASE,
)
_AROUND = " \t\r*_`\"'“”‘’$"


_VULGAR = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"})


def narrow(text: str) -> str:
    """Return `text` narrowed as in `clean`, and with vulgar fractions in ASCII."""
    return text if text.isascii() else clean.narrow(text).translate(_VULGAR)


def statements(text: str) -> Iterator[str]:
    """Yield what `text` states as its answer, the last statement first; markup before the answer is left out.

    A statement is the content of a box, or up to 200 characters behind a marker.
    """
    for end, word in sorted(_markers(text), reverse=True)[:_MOST]:
        if word in _BOXES:
            yield _undress(box(text, end))
        elif word in _TIED:
            yield _undress(text[end : end + _REACH])
        elif tie := _TIE.match(text, end, end + _REACH):
            yield _undress(text[tie.end() : tie.end() + _REACH])


def extract_text(text: str) -> str | None:
    """Return the words that `text` states as its answer, in one line; None when it states none.

    It is the last statement that counts; markup around the words and quotation marks are left out, and full-width
    forms become ASCII.
    """
    for statement in statements(narrow(text)):
        words = statement.partition("\n")[0].strip(_AROUND)
        if words.count("}") > words.count("{"):  # of a \text{…} whose beginning was taken for markup
            words = words.removesuffix("}")
        if words:
            return words
    return None


def box(text: str, start: int) -> str:
    """Return the content of the braces that open at `start` (white space aside); the rest when they never close."""
    rest = text[start : start + _REACH].lstrip()
    if not rest.startswith("{"):
        return ""
    depth = 0
    for place, char in enumerate(rest):
        depth += (char == "{") - (char == "}")
        if not depth:
            return rest[1:place]
    return rest[1:]


def without_open_box(text: str) -> str:
    """Return `text` up to its last box if the text ends within that box, as a truncated completion does."""
    start = text.rfind("\\boxed")
    if start < 0:
        return text
    rest = text[start:]
    return text[:start] if rest.count("{") > rest.count("}") else text


def _markers(text: str) -> Iterator[tuple[int, str]]:
    for word in (*_BOXES, *_TIED, *_WORDS):
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            yield end, word
            start = text.find(word, end)


def _undress(text: str) -> str:
    dress = _DRESS.match(text)
    return text[dress.end() :] if dress else text
