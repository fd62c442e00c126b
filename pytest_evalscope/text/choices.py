"""Finding the option that a reply chooses."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKER = re.compile(r"ANSWER\s*:\s*\(?([A-Z])", re.IGNORECASE)


def label_of(index: int) -> str:
    """Return the label of option number `index`: the letters A to Z, then the numbers from 1."""
    return chr(ord("A") + index) if index < 26 else str(index - 25)


def extract_choice(text: str, labels: Sequence[str]) -> str | None:
    """Return the label that `text` chooses, or None."""
    for label in (str(found) for found in reversed(_MARKER.findall(text))):
        if label.upper() in labels:
            return label.upper()
    for letter in reversed(text):
        if letter in labels:
            return letter
    return None
