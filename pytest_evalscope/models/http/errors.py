"""Classification of an endpoint's failures: which ones a retry may mend, and which it will not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from pytest_evalscope.errors import ContentFiltered, ModelError, RequestRefused, TransientError
from pytest_evalscope.models.http.rate_limit_headers import number_in, wait_for_reset
from pytest_evalscope.text.patterns import pattern
from pytest_evalscope.types import clean

_FILTER = pattern(
    "contentfilter|contentpolicy|invalidprompt|datainspectionfailed|responsibleai|sensitivecontent|moderationblocked"
    "|promptblocked|prohibitedcontent|^(?:1301|1026|1027)$"
)
"""Error codes of content filters, in lower case and letters alone: Azure with its inner codes, OpenAI, DashScope,
Volcengine, GLM (1301), MiniMax (1026, 1027)."""
_FILTER_MESSAGE = pattern("content exists risk|flagged_input", re.IGNORECASE)
"""Signs of a filter in errors whose code says nothing: DeepSeek's message, OpenRouter's metadata."""
_SPENT = pattern(
    r"insufficient[_ -]?(?:quota|balance|credits?|funds)|budget[_ -]?(?:has been )?exceeded"
    r"|exceeded[_ ]?(?:token)?budget|crossed budget|over budget|exceeded_current_quota|billing_hard_limit"
    r"|out of credits|credit balance is too low|(?:spend(?:ing)?|api usage) limits?|payment[_ ]required"
    r"|key limit exceeded|account is in arrears|\barrearage\b|余额不足|欠费",
    re.IGNORECASE,
)
"""Words of OpenAI, LiteLLM, Moonshot, Anthropic, DashScope, GLM, OpenRouter for an account or key without money."""
_A_DAY = pattern('"quotaId"\\s*:\\s*"[A-Za-z]{0,200}PerDay')
"""Signs of a limit that no pause of minutes outlasts: Gemini's `quotaId`."""
_RETRY_DELAY = pattern(r'"retryDelay"\s*:\s*"(\d{1,6}(?:\.\d{1,9})?)s"')
"""Gemini's wish, in the body. Source: google.rpc.RetryInfo."""
_TAG = pattern(r"<[^<>]{0,1000}>")
_UNSEEN = pattern(r"<(script|style)\b.{0,5000}?</\1>|<!--.{0,5000}?-->", re.IGNORECASE | re.DOTALL)
_TITLE = pattern(r"<title[^<>]{0,200}>([^<]{1,300})</title>", re.IGNORECASE)
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

_TO_HTTPS = pattern("HTTP request (?:was sent )?to (?:an )?HTTPS")
"""Words of nginx and of Go's servers for a request that came without TLS."""
SPENT = "the money of the account or the key is spent, so nothing is requested again"
_NO_DATABASE = "No connected db."
"""LiteLLM's HTTP 400 for a key that it does not know, where it has no database to look for it in."""
_SEARCHED = 20_000
"""Characters of a body that are searched for signs."""
_NO_LETTER = pattern("[^a-z0-9]")
_OPTIONAL = frozenset({"temperature", "top_p", "top_k", "stop", "seed", "logprobs", "max_tokens", "stream_options"})
"""Parameters that a benchmark may set, and that some endpoints or models refuse."""
_PARAMETER = pattern(rf"[`'\"]({'|'.join(sorted(_OPTIONAL))})[`'\"]|\b({'|'.join(sorted(_OPTIONAL))})\b")


def worth_retrying(status: int) -> bool:
    """Return whether a response of this HTTP status may be another one when the same request is sent again.

    424 is TGI's for a generation that failed, 425 and 449 mean `later`, 499 a proxy's lost client; 501 and 505 are
    about what a server cannot do.
    """
    return status in (408, 409, 424, 425, 429, 449, 499) or (status >= 500 and status not in (501, 505))


def refusal(
    subject: str, status: int, place: str, text: str, headers: Mapping[str, str], *, key: str = "OPENAI_API_KEY"
) -> ModelError:
    """Return the error for a response of HTTP `status` from `place` with body `text`; `key` is the key's variable."""
    said = message_in(text)
    message = f"{subject}: HTTP {status} from {place} ({said or 'no message'})"
    words = _words(_decoded(text))
    if _filtered(words, text):
        return ContentFiltered(message, status=status)
    if _spent(words, said):
        return RequestRefused(message, status=status, hint=SPENT)
    if status == 429 and _A_DAY.search(text[:_SEARCHED]):
        return RequestRefused(message, status=status, hint="the limit of a whole day is used up")
    wish = headers.get("x-should-retry", "").lower()  # as OpenAI's client and Anthropic's read it
    if wish == "true" or (wish != "false" and worth_retrying(status)):
        return TransientError(message, status=status, retry_after=_wait(status, text, headers))
    return RequestRefused(message, status=status, hint=_hint(status, key, said))


def _wait(status: int, text: str, headers: Mapping[str, str]) -> float | None:
    """Return the seconds for which the endpoint wants to be left alone, by its headers or its body; None without."""
    now = _sent_at(headers)
    wait = wished_wait(headers, now)
    if wait is None and (delay := _RETRY_DELAY.search(text[:_SEARCHED])):
        wait = float(delay[1])
    return wait_for_reset(headers, now) if wait is None and status == 429 else wait


def error_inside(subject: str, text: str) -> ModelError:
    """Return the error for an error object, as JSON `text`, that came with HTTP 200 or within a stream."""
    error = json.loads(text)
    words = _words(error)
    code = error.get("code") if isinstance(error, dict) else None
    given = int(code) if isinstance(code, (int, str)) and re.fullmatch("[45][0-9][0-9]", str(code)) else None
    status = given or next((_STATUS[word] for word in words if word in _STATUS), None)
    said = message_in(text)
    if said.startswith("Unexpected endpoint or method"):
        status = 404  # LM Studio's response to a wrong path has the status 200
    message = f"{subject}: the endpoint returned an error ({said})"
    if _filtered(words, text):
        return ContentFiltered(message, status=status)
    if _spent(words, said):
        return RequestRefused(message, status=status, hint=SPENT)
    if status is None or worth_retrying(status):
        delay = _RETRY_DELAY.search(text[:_SEARCHED])
        return TransientError(message, status=status, retry_after=float(delay[1]) if delay else None)
    return RequestRefused(message, status=status, hint=_hint(status, "", said))


def _hint(status: int, key: str, said: str = "") -> str:
    if (status in (401, 403) or said == _NO_DATABASE) and key:
        return f"the key is read from {key}"
    if status == 404:
        return "look at the model's name and at the URL; the base URL of most endpoints ends in /v1"
    if status == 407:
        return "a proxy wants a name and a password: HTTPS_PROXY=http://name:password@host:port"
    if status == 413:
        return "the request is too large for the server: fewer few-shot examples or smaller media, or raise its limit"
    if status == 400 and _TO_HTTPS.search(said):
        return "the server speaks HTTPS: its URL begins with https://"
    if status in (400, 422):
        found = _PARAMETER.search(said)
        name = found and (found[1] or found[2])
        if name in _OPTIONAL:
            return (
                f"--eval-generation-config='{{\"{name}\": null}}' leaves the parameter out, "
                "a judge's is left out by --eval-judge-generation-config"
            )
    return ""


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _words(value: Any) -> list[str]:
    """The codes and types in an error object, those further inside last."""
    words: list[str] = []
    for _ in range(5):
        if isinstance(value, list) and value:
            value = value[0]  # Gemini's form
        if not isinstance(value, dict):
            break
        words += [str(value[name]) for name in ("code", "type", "status") if type(value.get(name)) in (str, int)]
        value = value.get("error") or value.get("innererror") or value.get("inner_error")
    return words


def _filtered(words: list[str], text: str) -> bool:
    return any(_FILTER.search(_NO_LETTER.sub("", word.lower())) for word in words) or bool(
        _FILTER_MESSAGE.search(text[:_SEARCHED])
    )


def _spent(words: list[str], said: str) -> bool:
    return any(map(_SPENT.search, (*words, said)))


def wished_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that `retry-after-ms` or either form of `Retry-After` requests; None without either.

    `now` is the time in Unix seconds, which the form with a date is reckoned from. Source: RFC 9110, section 10.2.3.
    """
    seconds = number_in(headers.get("retry-after-ms"))
    if seconds is not None:
        return seconds / 1000
    wish = headers.get("Retry-After") or headers.get("llm_provider-retry-after")  # LiteLLM passes on a provider's
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
        return one_line(_text_of_page(text) if "<" in text[:1000] else text)


def _text_of_page(page: str) -> str:
    """The title of an HTML page, else its text: the pages of nginx, Cloudflare and other servers before an endpoint."""
    title = _TITLE.search(page[:_SEARCHED])
    text = title[1] if title else _TAG.sub(" ", _UNSEEN.sub(" ", page[:_SEARCHED]))
    return unescape(text)


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
