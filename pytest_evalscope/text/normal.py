"""The normal form in which short answers are compared."""

from __future__ import annotations

import unicodedata

_LONGEST_RUN = 30


def normalize(text: str) -> str:
    """Return `text` in NFKC and without case, with runs of white space made one space and none at the ends.

    Of more than 30 combining marks in a row the rest is dropped: no writing has more (the Stream-Safe Text Format of
    Unicode Standard Annex 15), and composing them would take time that grows with the square of their number.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    # Folding may leave what NFKC changes once more (as in "ΐ"), so it is applied on both sides.
    folded = unicodedata.normalize("NFKC", _stream_safe(text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _stream_safe(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _LONGEST_RUN:
            kept.append(char)
    return "".join(kept)
