"""`anthropic/<model>`: Anthropic's Messages, over the same connection as OpenAI's chat."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from pytest_evalscope.errors import UsageError
from pytest_evalscope.models.capabilities import chat_of, check_count
from pytest_evalscope.models.http.connection import Connection
from pytest_evalscope.models.http.endpoint import Endpoint, endpoint_at, headers_from, variable
from pytest_evalscope.models.http.media_parts import SEEN, built
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.retrying import retrying
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.anthropic_body import messages_body
from pytest_evalscope.models.providers.anthropic_completion import StreamedMessage, message_of
from pytest_evalscope.types import Chat, Completion, Model, Request

ANTHROPIC_URL = "https://api.anthropic.com"
MESSAGES = "/v1/messages"
VERSION = "2023-06-01"
"""The version of the protocol, which every request names."""


def open_anthropic(
    model: str,
    options: ModelOptions,
    *,
    url: str = "",
    headers: Callable[[], Mapping[str, str]] | None = None,
) -> Model:
    """Return `anthropic/<model>`, limited and retrying, at `url`, else ANTHROPIC_BASE_URL, else Anthropic's own.

    `headers` gives those of the protocol with the key, at the time they are needed; without it the environment does.

    Raises UsageError for a URL that is none, a key that cannot be sent, and a missing ANTHROPIC_API_KEY.
    """
    url = url or variable("ANTHROPIC_BASE_URL") or ANTHROPIC_URL
    endpoint = endpoint_at(
        url.rstrip("/").removesuffix(MESSAGES).removesuffix("/v1"),
        source="ANTHROPIC_BASE_URL",
        environment=headers or anthropic_headers,
        key="ANTHROPIC_API_KEY",
        named_by="ANTHROPIC_BASE_URL",
    )
    if not (options.replayed or endpoint.loopback) and "x-api-key" not in endpoint.headers():
        raise UsageError(
            f"anthropic/{model}: needs a key, and ANTHROPIC_API_KEY is not set",
        )
    made = AnthropicModel(f"anthropic/{model}", model=model, endpoint=endpoint, options=options)
    seed = os.getpid()  # workers that pause in step would come back in step
    return retrying(limited(made, options, seed=seed), options, seed=seed)


def anthropic_headers(read: Callable[[str], str] = variable) -> dict[str, str]:
    """Return the headers of the protocol, with the key from the environment. Raises UsageError: `headers_from`."""
    return {"anthropic-version": VERSION, **headers_from([("ANTHROPIC_API_KEY", "x-api-key", "{}")], read)}


class AnthropicModel:
    """A model behind an endpoint that speaks Anthropic's Messages; used on one event loop. It does not retry."""

    def __init__(self, name: str, *, model: str, endpoint: Endpoint, options: ModelOptions) -> None:
        self.name = name
        self.can: frozenset[type] = frozenset({Chat})
        self.media = SEEN
        self.identity: Mapping[str, Any] = {"protocol": "messages", "endpoint": endpoint.public, "model": model}
        self._model = model
        self._connection = Connection(name, endpoint, options)

    def __repr__(self) -> str:
        return f"<AnthropicModel {self.name} at {self.identity['endpoint']}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion; with `stream` among the parameters it is streamed. The errors: `Connection.post`."""
        chat = chat_of(self.name, request, self.media)
        check_count(self.name, chat)
        body = await built(chat.messages, lambda: messages_body(self.name, self._model, chat))
        return await self._connection.post(MESSAGES, body, message_of, StreamedMessage)

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        await self._connection.aclose()
