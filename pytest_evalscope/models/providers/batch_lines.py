"""The lines of a batch: requests going in, responses coming out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import TransientError
from pytest_evalscope.models.http.chat_completion import completion_of, decode_json, error_in
from pytest_evalscope.models.http.connection import encode
from pytest_evalscope.models.http.errors import error_inside, refusal
from pytest_evalscope.types import Completion

CHAT_ENDPOINT = "/v1/chat/completions"


def request_line(key: str, body: Mapping[str, Any]) -> bytes:
    """Return the line that requests the chat completion of `body`."""
    return encode({"custom_id": key, "method": "POST", "url": CHAT_ENDPOINT, "body": body}) + b"\n"


def lines_in(content: bytes) -> dict[str, Any]:
    """Return the lines of a result file by their requests' keys, the first of several; what is no line is left out."""
    found: dict[str, Any] = {}
    for text in content.split(b"\n"):
        try:
            line = decode_json(text) if text.strip() else None
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("custom_id"), str):
            found.setdefault(line["custom_id"], line)
    return found


def completion_in(name: str, place: str, line: Mapping[str, Any]) -> Completion:
    """Return the completion in a line of a result file.

    Raises ModelError, in the name of the model and of the endpoint at `place`: the one that the same response to a
    single request would have raised.
    """
    response = line.get("response")
    if not isinstance(response, dict):
        raise error_inside(name, json.dumps(line.get("error") or "no response"))
    status, body = response.get("status_code"), response.get("body")
    if type(status) is int and status >= 300:
        raise refusal(name, status, place, json.dumps(body), {})
    if (error := error_in(body)) is not None:
        raise error_inside(name, json.dumps(error))
    try:
        return completion_of(body)
    except ValueError as broken:
        problem = str(broken)
    raise TransientError(f"{name}: {problem}")
