"""Classification of an endpoint's failures: which ones a retry may mend, and which it will not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any

from pytest_evalscope.errors import ContentFiltered, ModelError, RequestRefused, TransientError
from pytest_evalscope.models.http.rate_limit_headers import number_in, wait_for_reset
from pytest_evalscope.types import clean

_FILTERS = frozenset({"contentfilter", "contentpolicyviolation", "invalidprompt", "datainspectionfailed"})
"""Error codes of content filters, without underscores: Azure, OpenAI, DashScope."""
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "insufficient_quota": 402,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "overloaded_error": 529,
}
"""The HTTP status that an error without one would have had: the error types of OpenAI and Anthropic."""


def worth_retrying(status: int) -> bool:
    """Return whether a response of this HTTP status may be another one when the same request is sent again."""
    return status in (408, 409, 429) or status >= 500


def refusal(
    subject: str, status: int, place: str, text: str, headers: Mapping[str, str], *, key: str = "OPENAI_API_KEY"
) -> ModelError:
    """Return the error for a response of HTTP `status` from `place` with body `text`; `key` is the key's variable."""
    said = message_in(text)
    message = f"{subject}: HTTP {status} from {place} ({said or 'no message'})"
    words = _words(_decoded(text))
    if status == 429 and "insufficient_quota" in words:
        return RequestRefused(message, status=status, hint="the account has no quota left")
    if worth_retrying(status):
        now = _sent_at(headers)
        wait = wished_wait(headers, now)
        if wait is None and status == 429:
            wait = wait_for_reset(headers, now)
        return TransientError(message, status=status, retry_after=wait)
    if _filtered(words):
        return ContentFiltered(message, status=status)
    return RequestRefused(message, status=status, hint=_hint(status, key))


def error_inside(subject: str, text: str) -> ModelError:
    """Return the error for an error object, as JSON `text`, that came with HTTP 200 or within a stream."""
    error = json.loads(text)
    words = _words(error)
    code = error.get("code") if isinstance(error, dict) else None
    given = int(code) if isinstance(code, (int, str)) and re.fullmatch("[45][0-9][0-9]", str(code)) else None
    status = given or next((_STATUS[word] for word in words if word in _STATUS), None)
    message = f"{subject}: the endpoint returned an error ({message_in(text)})"
    if _filtered(words):
        return ContentFiltered(message, status=status)
    if status is None or worth_retrying(status):
        return TransientError(message, status=status)
    return RequestRefused(message, status=status)


def _hint(status: int, key: str) -> str:
    if status in (401, 403):
        return f"the key is read from {key}"
    if status == 404:
        return "look at the model's name and at the URL; the base URL of most endpoints ends in /v1"
    return ""


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _words(value: Any) -> list[str]:
    """The codes and types in an error object, those further inside last."""
    words = []
    for _ in range(4):
        if not isinstance(value, dict):
            break
        words += [value[name] for name in ("code", "type", "status") if isinstance(value.get(name), str)]
        value = value.get("error") or value.get("innererror") or value.get("inner_error")
    return words


def _filtered(words: list[str]) -> bool:
    return any(word.lower().replace("_", "") in _FILTERS for word in words)


def wished_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that `retry-after-ms` or either form of `Retry-After` requests; None without either.

    `now` is the time in Unix seconds, which the form with a date is reckoned from. Source: RFC 9110, section 10.2.3.
    """
    seconds = number_in(headers.get("retry-after-ms"))
    if seconds is not None:
        return seconds / 1000
    wish = headers.get("Retry-After")
    seconds = number_in(wish)
    if seconds is not None or not wish:
        return seconds
    until = _unix_seconds(wish)
    return None if until is None else max(0.0, until - now)


def _sent_at(headers: Mapping[str, str]) -> float:
    """Return when the endpoint responded, by its clock if it sends a date: ours may be days off, or set meanwhile."""
    sent = _unix_seconds(headers.get("Date") or "")
    return time.time() if sent is None else sent


def _unix_seconds(date: str) -> float | None:
    """Return the time that a date of HTTP or mail names; None for what is no date."""
    try:
        parsed = parsedate_to_datetime(date)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=timezone.utc)
        return parsed.timestamp()
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
