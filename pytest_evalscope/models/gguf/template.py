"""The chat template that llama.cpp's server applies: what it has a place for, and whether it opens a thought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from pytest_evalscope.models.http.chat_completion import completion_of
from pytest_evalscope.models.opened_thought import made_whole, may_open, opened_by
from pytest_evalscope.types import Chat, Completion, Timing, plain

SECONDS = 30.0
_READ = ("tools", "chat_template_kwargs")
"""Parts of a request that a template reads besides the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTemplate:
    """The chat template of a running server. Its method blocks."""

    url: str
    key: str
    takes_tools: bool
    """True where the server does not say; llama.cpp leaves tools out in silence where the template has no place."""
    thinks: bool
    """False when no prompt of it opens a thought."""

    def opening(self, request: Chat) -> str:
        """Return the tag of the thought that the prompt of `request` opens; "" for none, and when the server fails."""
        order = {"messages": request.messages, "tools": request.tools or None, **request.params}
        order = {name: value for name, value in order.items() if name in ("messages", *_READ) and value is not None}
        prompt = _requested(self.url, self.key, "/apply-template", json.dumps(plain(order))).get("prompt")
        return opened_by(prompt, request.messages) if isinstance(prompt, str) else ""


def served_template(url: str, key: str) -> ServedTemplate:
    """Return what a server says of its model's chat template."""
    said = _requested(url, key, "/props")
    abilities, template = said.get("chat_template_caps"), said.get("chat_template")
    return ServedTemplate(
        url=url,
        key=key,
        takes_tools=not isinstance(abilities, Mapping) or abilities.get("supports_tools") is not False,
        thinks=isinstance(template, str) and may_open(template),
    )


def opened_completion_of(response: Any, timing: Timing | None = None, *, opening: str) -> Completion:
    """Return the completion of a chat response whose text goes on with a thought that the prompt opened."""
    choices = response.get("choices") if isinstance(response, dict) else None
    for choice in choices if isinstance(choices, list) else ():
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict) and isinstance(message.get("content"), str) and message["content"]:
            message["content"] = made_whole(opening, message["content"])
    return completion_of(response, timing)


def _requested(url: str, key: str, path: str, body: str | None = None) -> dict[str, Any]:
    """Return the object that the server responds with; {} for anything else."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        said = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return said if isinstance(said, dict) else {}
