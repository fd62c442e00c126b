"""Normal forms in which short answers are compared."""

from __future__ import annotations

import unicodedata


def normalize(text: str) -> str:
    """Return `text` in NFKC, case-folded, with runs of white space made one space and none at the ends."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Folding may leave a form that NFKC would change again (as in "ΐ"), so it is applied once more.
    return " ".join(unicodedata.normalize("NFKC", folded).split())
