"""Words as the reference cuts them, without the punctuation of ASCII."""

from __future__ import annotations

import string
import unicodedata

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def bare(text: str) -> str:
    """Return `text` without punctuation."""
    return text.translate(_NO_PUNCTUATION)


def trim(text: str) -> str:
    """Return `text` without punctuation and spaces at its ends."""
    return text.strip(string.punctuation + " ")


def bare_words(text: str) -> list[str]:
    """Return the words of `text` in small letters and without punctuation."""
    return bare(text.lower()).split()


def unaccented(text: str) -> str:
    """Return `text` without accents and whatever else is not ASCII."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
