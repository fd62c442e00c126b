"""A completion without what has no part in its answer: thoughts, invisible characters, the width of its characters."""

from __future__ import annotations

import re

# Full-width forms, the comma aside (in Chinese it divides clauses, never thousands); the decimal digits of scripts
# that models write numbers in; signs that have an ASCII form; characters that are not seen.
_NARROW: dict[int, int | str | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_NARROW.update(str.maketrans("\u3000−【】٫٬﹣", " -[].,-"))
_NARROW |= {ord(zero) + digit: 48 + digit for zero in "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐" for digit in range(10)}
_NARROW |= dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))
_WIDE = re.compile(f"[{''.join(map(chr, _NARROW))}]+")
_THOUGHT = "</think>"
_STRUCK = re.compile(r"(?<![^\s*_(:])~~(?=[^\s~\\])[^~\n]{1,200}~~(?![^\s*_.,;)])")


def narrow(text: str) -> str:
    """Return `text` with full-width letters and the digits of any script in their ASCII form, the wide comma aside."""
    return text if text.isascii() else _WIDE.sub(lambda run: run[0].translate(_NARROW), text)


def clean(text: str) -> str:
    """Return `text` narrowed, without thoughts before its last `</think>`, if it has any, and what is struck out."""
    if _THOUGHT in text:
        text = text.rpartition(_THOUGHT)[2]
    if "~~" in text:
        text = _STRUCK.sub("", text)
    return narrow(text)


def without_open_box(text: str) -> str:
    """Return `text` up to its last box if the text ends within that box, as a truncated completion does."""
    start = text.rfind("\\boxed")
    if start < 0:
        return text
    rest = text[start:]
    return text[:start] if rest.count("{") > rest.count("}") else text
