"""Words as an answer: a text without what merely surrounds it, and words that are whole in another text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from pytest_evalscope.text.answers.rejection import rejected
from pytest_evalscope.text.normal import straight
from pytest_evalscope.text.patterns import pattern

_LONGEST = 1000
"""Characters of a text that is looked at for what surrounds it; a longer one is no short answer."""
_MOST = 12
"""Layers of it."""
_END = ".!?。！？…,;:، "
_PICTURES = "\u2190"
"""First character of arrows, ticks and emoji."""
_VARIANT = "\ufe0f"
"""Follows a sign that is shown as a picture."""
_PAIRS = (
    ("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("`", "`"), ('"', '"'), ("'", "'"), ("«", "»"), ("‹", "›"),
    ("「", "」"), ("『", "』"), ("《", "》"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"),
)  # fmt: skip
_BRACKETS = (("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"))
_COMMAND = pattern(r"\\(?:boxed|fbox|text|textbf|textit|mathrm|mathbf|mbox|operatorname)\s{0,2}\{(.*)\}", re.DOTALL)
_TAGS = pattern(r"<([A-Za-z]{1,20})>(.*)</\1>", re.DOTALL)
_FENCE = pattern(r"(`{3,}|~{3,})[^\n`]*\n(.*?)\n?\1", re.DOTALL)
_LINE = pattern(r"(?:[-*•+>]|#{1,6})\s+(?=[^\W\d]|[\"'*_`“«])")  # "- 5" may be a number
_IDENTIFIER = pattern(r"_+[a-z0-9_]+_+")

_MOST_PLACES = 500
"""Places of some words that are looked at, before a text counts as one that does not state them."""

_SPACELESS = "\u2e80"
"""First character of the scripts that are written without spaces."""
_NUMBER_BEFORE = pattern(
    r"(?:\A|[^\w)\]}])-[$€£¥₹]?\Z|\b(?:minus|negative)\s\Z"  # a sign
    r"|[0-9](?:[./:-]|\s/\s)\Z|(?<![0-9])\.\Z"  # a fraction, a span of years, a time
)
_NUMBER_BEHIND = pattern(
    r"[./:-][0-9]|\s/\s?[0-9]|\s[0-9]+/[0-9]|\s?(?:\^|\*\*)[0-9({-]|\s?[×x*·]\s?10\b|[万億亿千]"
    r"|\s?(?:thousand|million|billion|trillion|hundred|dozen|lakh|crore)s?\b|\sand\s(?:a|one)[\s-](?:half|quarter|third)\b"
)
_GROUP_BEFORE, _GROUP_BEHIND = pattern(r"[0-9][, ']\Z"), pattern(r"[, '][0-9]{3}(?![0-9])")
_SMALL = pattern(
    r"(?:\b(?:[a-z]{2,}(?:ed|en|rn|ld|nt)|happen|occur|lie|take place|come|live)\s(?:in|at|on|by|from|to)\s)?"
    r"(?:\b(?:the|an?|in|at|on|to|be|der|die|das|le|la|el)\s){0,4}\Z"
)
"""Words that may be between "not" and what is rejected: "not in", "wasn't born in the"."""
_REACH = 12
"""Characters before some words that are looked at."""
_BACK = 24
"""Those that are looked at for words between it and "not"."""
_LETTERS_BEFORE = pattern(r"[^\W\d_]['-]\Z(?<!\bl')")  # l'Allemagne is Allemagne
_LETTERS_BEHIND = pattern(r"'(?!s\b)[^\W\d_]|-(?!based|born|style|like|made|area)[^\W\d_]|[+#]")


def layers(text: str, *, brackets: bool = False) -> Iterator[str]:
    r"""Yield `text`, then each time without one layer of what surrounds it, up to twelve times.

    A layer is a pair of quotation marks, of markup (`**`, `_`, a code fence, `\boxed{…}`, `$`, tags of HTML) or, if
    `brackets`, of brackets around all of it; the sign of a heading or a bullet before it; punctuation and emoji
    behind it. A sign or a point before a number is none.
    """
    text = straight(text).strip()
    for _ in range(_MOST):
        yield text
        bare = _peeled(text, _PAIRS + _BRACKETS if brackets else _PAIRS) if len(text) <= _LONGEST else text
        if not bare or bare == text:
            return
        text = bare


def _peeled(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    if text[:1].isalnum() and text[-1].isalnum():
        return text
    if len(text) > 1 and (text[-1] in _END or (text[-1] >= _PICTURES and _is_picture(text[-1]))):
        return text[:-1].rstrip()
    if line := _LINE.match(text):
        return text[line.end() :]
    for wrapper in (_FENCE, _COMMAND, _TAGS) if text[:1] in "`~\\<" else ():
        if found := wrapper.fullmatch(text):
            return found[found.lastindex or 0].strip()
    for opening, closing in pairs:
        if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening) + len(closing):
            name = opening[0] == "_" and _IDENTIFIER.fullmatch(text)
            return text if name else text[len(opening) : -len(closing)].strip()
    return text


def _is_picture(char: str) -> bool:
    return char == _VARIANT or category(char) == "So"


def states(text: str, words: str) -> bool:
    """Return whether `words` are in `text`, whole, and are not rejected there ("not Paris"); both in one form.

    A number is whole without a sign, digits, a fraction or "million" beside it; a word without letters, also behind an
    apostrophe or a hyphen (a possessive `'s` aside). Chinese and Japanese have no space between words: there any place
    will do.
    """
    start = text.find(words) if words else -1
    for _ in range(_MOST_PLACES):
        if start < 0:
            return False
        end = start + len(words)
        if _whole(text, start, end):
            small = _SMALL.search(text, max(0, start - _BACK), start)
            if not rejected(text, small.start() if small else start, end):
                return True
        start = text.find(words, start + 1)
    return False


def _whole(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    if _joined(text[start - 1 : start], first) or _joined(last, text[end : end + 1]):
        return False
    before, behind = text[max(0, start - _REACH) : start], text[end : end + 24]
    if before and ((first.isdigit() and _counts_on(before, text[start : start + 4])) or _spells_on(before, first)):
        return False
    if last.isdigit():
        short = not text[max(start, end - 4) : end].isdigit() or end - start < 4  # of at most three digits
        return not (_NUMBER_BEHIND.match(behind) or (short and _GROUP_BEHIND.match(behind)))
    return not (last.isalpha() and _LETTERS_BEHIND.match(behind))


def _joined(one: str, other: str) -> bool:
    """Return whether two neighbouring characters belong to one word."""
    return one.isalnum() and other.isalnum() and one < _SPACELESS and other < _SPACELESS


def _counts_on(before: str, digits: str) -> bool:
    grouped = len(digits) > 2 and digits[:3].isdigit() and not digits[3:].isdigit() and _GROUP_BEFORE.search(before)
    return bool(grouped or _NUMBER_BEFORE.search(before))


def _spells_on(before: str, first: str) -> bool:
    return before[-1] in "'-" and first.isalpha() and _LETTERS_BEFORE.search(before) is not None
