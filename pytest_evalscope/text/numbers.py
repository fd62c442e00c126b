"""Finding the number that a reply ends in."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")


def parse_number(text: str) -> Decimal | None:
    """Return the last number in `text`, or None."""
    found = extract_number(text)
    return None if found is None else Decimal(found)


def extract_number(text: str) -> str | None:
    """Return the last number in `text` in plain notation, or None."""
    found = _NUMBER.findall(text)
    return found[-1].replace(",", "") if found else None
