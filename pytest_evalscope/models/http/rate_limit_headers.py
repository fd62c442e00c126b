"""Reset times of rate limits: the headers that endpoints send besides `Retry-After`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timezone

LONGEST_RESET = 60.0
"""Seconds after which to retry in any case: a reset says when an allowance is full, and part of it is back before."""

_ALLOWANCES = (
    ("x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"),
    ("x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"),
    ("anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining"),
    ("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining"),
    ("anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-input-tokens-remaining"),
    ("anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-remaining"),
)
_AMOUNT = r"(\d{1,9}(?:\.\d{1,9})?)"
_DURATION = re.compile(rf"(?=.)(?:{_AMOUNT}d)?(?:{_AMOUNT}h)?(?:{_AMOUNT}m)?(?:{_AMOUNT}s)?(?:{_AMOUNT}ms)?")
_SECONDS = (86400.0, 3600.0, 60.0, 1.0, 0.001)


def wait_for_reset(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds until the allowances that a refusal is about are back, at most 60; None when unknown.

    Those are the ones that are used up; where none is, those whose rest is unknown. `now` is the time in Unix seconds.
    Sources: the rate limit guides of OpenAI (`x-ratelimit-reset-requests: 6m0s`) and Anthropic
    (`anthropic-ratelimit-requests-reset: 2025-01-01T00:00:00Z`).
    """
    used_up, unknown = [], []
    for reset, remaining in _ALLOWANCES:
        wait = _wait(headers.get(reset, ""), now)
        rest = headers.get(remaining)
        if wait is None:
            continue
        if rest is None:
            unknown.append(wait)
        elif number_in(rest) == 0:
            used_up.append(wait)
    waits = used_up or unknown
    return min(max(waits), LONGEST_RESET) if waits else None


def number_in(text: str | None) -> float | None:
    """Return the finite number from 0 that `text` spells; None when it spells none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _wait(text: str, now: float) -> float | None:
    """The seconds meant by `12`, `6m0s`, `20ms` or a date."""
    seconds = number_in(text)
    if seconds is not None:
        return seconds
    parts = _DURATION.fullmatch(text.strip())
    if parts is not None:
        return sum(float(amount or 0) * size for amount, size in zip(parts.groups(), _SECONDS, strict=True))
    try:
        date = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        if date.tzinfo is None:
            date = date.replace(tzinfo=timezone.utc)
        return max(0.0, date.timestamp() - now)
    except (ValueError, OverflowError):
        return None
