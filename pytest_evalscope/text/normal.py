"""The normal form in which short answers are compared."""

from __future__ import annotations

import unicodedata

from pytest_evalscope.text.patterns import pattern

_LONGEST_RUN = 30
_STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′´＇", "'"),
        **dict.fromkeys("“”„‟″＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff"),  # without width: nobody sees them
    }
)
_CURLY = pattern(f"[{''.join(map(chr, _STRAIGHT))}]")
# NFKC would write 5² as 52 and 2½ as 21⁄2.
_SUPERSCRIPT = pattern("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_VULGAR = pattern("(?<=[0-9])[¼-¾⅐-⅞]")


def straight(text: str) -> str:
    """Return `text` with straight quotation marks, apostrophes and hyphens, and without characters of no width."""
    return text if text.isascii() or not _CURLY.search(text) else text.translate(_STRAIGHT)


def normalize(text: str) -> str:
    """Return `text` in NFKC and without case, with runs of white space made one space and none at the ends.

    Curly quotation marks and apostrophes are straight ones, every dash is a hyphen, and x² is x^2.

    Of more than 30 combining marks in a row the rest is dropped: no writing has more (the Stream-Safe Text Format of
    Unicode Standard Annex 15), and composing them would take time that grows with the square of their number.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = _VULGAR.sub(r" \g<0>", _SUPERSCRIPT.sub(r"^\g<0>", straight(text)))
    # Folding may leave what NFKC changes once more (as in "ΐ"), so it is applied on both sides.
    folded = unicodedata.normalize("NFKC", _stream_safe(text)).casefold()
    return straight(" ".join(unicodedata.normalize("NFKC", folded).replace("⁄", "/").split()))


def _stream_safe(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _LONGEST_RUN:
            kept.append(char)
    return "".join(kept)
