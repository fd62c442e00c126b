"""`responses/<model>`: OpenAI's Responses API, over the same connection as the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pytest_evalscope.models.capabilities import chat_of, check_count
from pytest_evalscope.models.http.connection import Connection
from pytest_evalscope.models.http.endpoint import Endpoint, openai_headers
from pytest_evalscope.models.http.media_parts import SEEN, built
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.openai import opened
from pytest_evalscope.models.providers.responses_body import response_body
from pytest_evalscope.models.providers.responses_completion import StreamedResponse, response_of
from pytest_evalscope.types import Chat, Completion, Model, Request

RESPONSES = "/responses"


def open_responses(
    model: str, options: ModelOptions, *, headers: Callable[[], Mapping[str, str]] = openai_headers
) -> Model:
    """Return `responses/<model>`, limited and retrying; endpoint, headers and errors are those of `open_openai`."""
    return opened(ResponsesModel, f"responses/{model}", model, options, headers=headers)


class ResponsesModel:
    """A model behind the Responses API; used on one event loop. It does not retry."""

    def __init__(self, name: str, *, model: str, endpoint: Endpoint, options: ModelOptions) -> None:
        self.name = name
        self.can: frozenset[type] = frozenset({Chat})
        self.media = SEEN
        self.identity: Mapping[str, Any] = {"protocol": "responses", "endpoint": endpoint.public, "model": model}
        self._model = model
        self._connection = Connection(name, endpoint, options)

    def __repr__(self) -> str:
        return f"<ResponsesModel {self.name} at {self.identity['endpoint']}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion; with `stream` among the parameters it is streamed. The errors: `Connection.post`."""
        chat = chat_of(self.name, request, self.media)
        check_count(self.name, chat)
        body = await built(chat.messages, lambda: response_body(self.name, self._model, chat))
        read = partial(response_of, limit=body.get("max_output_tokens"))
        return await self._connection.post(RESPONSES, body, read, StreamedResponse)

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        await self._connection.aclose()
