"""Failures of the hubs' clients: which are retried, and how each reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from pytest_evalscope.errors import DataNotFound, causes_of
from pytest_evalscope.text import strip_control

T = TypeVar("T")

ATTEMPTS = 4
"""Requests for one thing."""
LONGEST = 30.0
"""Seconds of the longest pause between two of them."""
OFFLINE = "offline, and not downloaded before"
PROBED_FOR = 60.0
"""Seconds for which it is remembered whether a hub can be reached."""
PROBE_SECONDS = 5.0
_probed: dict[str, tuple[float, str]] = {}
_probing = Lock()
_PASSING = frozenset({408, 429, 500, 502, 503, 504, 529})


def cut_off(endpoint: str, head: Callable[[str], object]) -> str:
    """Return why a hub cannot be reached; "" where it can. Once a minute at most, `head` is called to find out.

    The clients would retry it for half a minute, for each data set anew.
    """
    with _probing:
        until, reason = _probed.get(endpoint, (0.0, ""))
        if monotonic() >= until:
            reason = ""
            try:
                head(endpoint)
            except Exception as error:  # noqa: BLE001 - HTTP libraries raise many kinds
                reason = f"{endpoint} cannot be reached ({first_line(error)}), and not downloaded before"
            _probed[endpoint] = (monotonic() + PROBED_FOR, reason)
    return reason


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, without escapes; its kind where it says nothing."""
    return strip_control(str(error)).strip().partition("\n")[0][:200] or type(error).__name__


def patiently(get: Callable[[], T]) -> T:
    """Return what `get` returns, called again after an overload of the hub (429, 5xx), as `Retry-After` says.

    The clients retry most requests themselves, and some not at all.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return get()
        except Exception as error:
            status = status_of(error)
            if status not in _PASSING:
                raise
            sleep(min(LONGEST, _wanted(error) or 2.0 ** (attempt - 1)))
    return get()


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status of the response that an error, or one that led to it, was raised for."""
    for each in causes_of(error, contexts=True):
        response = getattr(each, "response", None)
        status = getattr(each, "status_code", None) or getattr(response, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _wanted(error: BaseException) -> float | None:
    """Return the seconds that `Retry-After` says; None where it is absent or a date."""
    for each in causes_of(error, contexts=True):
        headers = getattr(getattr(each, "response", None), "headers", None) or {}
        if re.fullmatch(r"\d+(\.\d+)?", str(headers.get("Retry-After", ""))):
            return float(headers["Retry-After"])
    return None


def explained(error: Exception, *, page: str, variable: str) -> DataNotFound:
    """Return what a client's error says on one line, with a hint where the user can help.

    Args:
        error: What the client raised.
        page: The address of the data set's page.
        variable: The environment variable with the hub's token.
    """
    status, text = (
        status_of(error),
        " ".join(f"{type(each).__name__} {each}" for each in causes_of(error, contexts=True)),
    )
    if "gated" in text.lower() or "restricted" in text.lower():
        return DataNotFound(
            "gated: only for accounts that accepted its terms",
            hint=f"accept the terms on {page}, then set {variable} to a token of that account",
        )
    if type(error).__name__ == "DatasetNotFoundError" and "Revision" in text:
        return DataNotFound(first_line(error))
    if status in (401, 403, 404) or type(error).__name__ in ("DatasetNotFoundError", "NotExistError"):
        return DataNotFound(
            f"not found, or private ({status or type(error).__name__})",
            hint=f"is the name right? For a private one set {variable} to a token that may read it",
        )
    return DataNotFound(f"{type(error).__name__} ({first_line(error) if str(error).strip() else 'no message'})")
