"""Telling failures of an endpoint apart: what asking again may mend, and what it will not."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any

from pytest_evalscope.errors import ModelError, RequestRefused, TransientError
from pytest_evalscope.models.resets import number_in, wait_for_reset
from pytest_evalscope.types import clean

_HINTS = {
    401: "the key is read from OPENAI_API_KEY",
    403: "the key is read from OPENAI_API_KEY",
    404: "look at the model's name and at the URL; the base URL of most endpoints ends in /v1",
}


def worth_retrying(status: int) -> bool:
    """Whether a reply of this HTTP status may become another one when the same request is sent again."""
    return status in (408, 409, 429) or status >= 500


def refusal(subject: str, status: int, place: str, text: str, headers: Mapping[str, str]) -> ModelError:
    """Return the error for a reply of HTTP `status` from `place` whose body is `text`."""
    said = message_in(text)
    message = f"{subject}: HTTP {status} from {place} ({said or 'no message'})"
    if status == 429 and "insufficient_quota" in text:
        return RequestRefused(message, status=status, hint="the account has no quota left")
    if worth_retrying(status):
        wait = wished_wait(headers, time.time())
        if wait is None and status == 429:
            wait = wait_for_reset(headers, time.time())
        return TransientError(message, status=status, retry_after=wait)
    return RequestRefused(message, status=status, hint=_HINTS.get(status, ""))


def error_inside(subject: str, text: str) -> ModelError:
    """Return the error for an error object, as JSON `text`, that came with HTTP 200 or within a stream."""
    error = json.loads(text)
    code = error.get("code") if isinstance(error, dict) else None
    status = code if type(code) is int and 400 <= code < 600 else None
    message = f"{subject}: the endpoint replied with an error ({message_in(text)})"
    if status is None or worth_retrying(status):
        return TransientError(message, status=status)
    return RequestRefused(message, status=status)


def wished_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that `retry-after-ms` or either form of `Retry-After` asks for; None when there is none.

    `now` is the time in Unix seconds, which the form with a date is reckoned from. Source: RFC 9110, section 10.2.3.
    """
    seconds = number_in(headers.get("retry-after-ms"))
    if seconds is not None:
        return seconds / 1000
    wish = headers.get("Retry-After")
    seconds = number_in(wish)
    if seconds is not None or not wish:
        return seconds
    try:
        date = parsedate_to_datetime(wish)
        if date.tzinfo is None:
            date = date.replace(tzinfo=timezone.utc)
        return max(0.0, date.timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def message_in(text: str) -> str:
    """Return the endpoint's own words in the body of a failure, as one short line; "" when it is empty."""
    try:
        return one_line(_message_of(json.loads(text)))
    except (ValueError, RecursionError):
        return one_line(text)


def _message_of(value: Any) -> str:
    """The words in any of the usual shapes: error.message, error, message, detail; else the JSON itself."""
    inner = value
    for _ in range(4):
        if isinstance(inner, list) and inner:
            inner = inner[0]
        elif isinstance(inner, dict):
            inner = next((inner[key] for key in ("error", "message", "detail", "msg") if inner.get(key)), None)
        if isinstance(inner, str):
            return inner
    return json.dumps(value, ensure_ascii=False)


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` without control characters, on one line, of at most `limit` characters."""
    shown = "".join(char if char.isprintable() else " " for char in clean(text[: 8 * limit]))
    line = " ".join(shown.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
