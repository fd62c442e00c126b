"""Any OpenAI-compatible endpoint: chat completions and embeddings."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from pytest_evalscope.errors import RequestRefused, UsageError
from pytest_evalscope.models.capabilities import chat_of, check_count, refused
from pytest_evalscope.models.http.chat_completion import completion_of
from pytest_evalscope.models.http.connection import Connection
from pytest_evalscope.models.http.endpoint import CHAT, OPENAI_URL, Endpoint, endpoint_at, openai_headers
from pytest_evalscope.models.http.media_parts import HOSTED, SERVED, built, chat_messages
from pytest_evalscope.models.http.sse import StreamedChat
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.retrying import retrying
from pytest_evalscope.models.middleware.split_continuations import separate
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.providers.openai_completions import Echo, cannot_echo, echo_body, no_logprobs, read_echo
from pytest_evalscope.models.providers.openai_embeddings import EMBEDDINGS, embeddings_of, texts_body
from pytest_evalscope.models.providers.openai_rerank import RERANK, relevance_of, rerank_body
from pytest_evalscope.types import (
    EVERY_REQUEST,
    Chat,
    Completion,
    ContinuationLogprob,
    Embed,
    Likelihood,
    Model,
    Request,
    Rerank,
    Timing,
    Usage,
    raw_text,
)
from pytest_evalscope.types.trajectory import REASONING, without_reasoning

COMPLETIONS = "/completions"
"""Path of requests with a plain prompt."""
ReadChat = Callable[[Any, Timing], Completion]
"""Response and times → completion. Raises ValueError for a response that is broken."""


class Opens(Protocol):
    """Makes the model that sends requests to an endpoint."""

    def __call__(self, name: str, *, model: str, endpoint: Endpoint, options: ModelOptions) -> Model:
        """Return the model."""


def open_openai(
    model: str, options: ModelOptions, *, headers: Callable[[], Mapping[str, str]] = openai_headers
) -> Model:
    """Return `openai/<model>`, limited and retrying; its endpoint is the options', the environment's, or OpenAI's own.

    `headers` gives those that hold the key, at the time they are needed; without it the environment does.

    Raises UsageError for a URL that is none, a key that cannot be sent, and a missing key where one is needed.
    """
    return opened(OpenAIModel, f"openai/{model}", model, options, headers=headers)


def opened(
    make: Opens,
    name: str,
    model: str,
    options: ModelOptions,
    *,
    headers: Callable[[], Mapping[str, str]] = openai_headers,
) -> Model:
    """Return the model that `make` makes, limited and retrying. Endpoint and errors are those of `open_openai`."""
    made = make(name, model=model, endpoint=openai_endpoint(name, options, headers=headers), options=options)
    seed = os.getpid()  # workers that pause in step would come back in step
    return separate(retrying(limited(made, options, seed=seed), options, seed=seed))


def openai_endpoint(
    name: str, options: ModelOptions, *, headers: Callable[[], Mapping[str, str]] = openai_headers
) -> Endpoint:
    """Return the endpoint of the options, the environment or OpenAI's own. Raises UsageError as `open_openai` does."""
    source = "--eval-api-url" if options.api_url else "OPENAI_BASE_URL"
    url = options.api_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    endpoint = endpoint_at(url, source=source, environment=headers)
    host = urlsplit(endpoint.base).hostname or ""
    needs_key = not options.replayed and is_hosted(endpoint)
    if needs_key and "Authorization" not in endpoint.headers():
        raise UsageError(
            f"{name}: {host} needs a key, and OPENAI_API_KEY is not set",
            hint="set OPENAI_API_KEY, or name another endpoint with --eval-api-url or OPENAI_BASE_URL; "
            "--eval-cache=replay needs none",
        )
    return endpoint


def is_hosted(endpoint: Endpoint) -> bool:
    """Return whether an endpoint is OpenAI's own, which takes less than others with its protocol."""
    host = urlsplit(endpoint.base).hostname or ""
    return host == "openai.com" or host.endswith(".openai.com")


class OpenAIModel:
    """A model behind an OpenAI-compatible endpoint; used on one event loop. It does not retry."""

    def __init__(
        self,
        name: str,
        *,
        model: str,
        endpoint: Endpoint,
        options: ModelOptions,
        can: frozenset[type] = EVERY_REQUEST,
        hosted: bool | None = None,
    ) -> None:
        self.name = name
        self.can = can
        """Kinds of request that it may answer; which paths an endpoint has, only a request shows."""
        self._hosted = is_hosted(endpoint) if hosted is None else hosted
        self.media = HOSTED if self._hosted else SERVED
        self.identity: Mapping[str, Any] = {"endpoint": endpoint.public, "model": model}
        self._model = model
        self._connection = Connection(name, endpoint, options)
        self._echoes = False
        """True once the endpoint has echoed a prompt with its log-probabilities."""
        self._no_echo: RequestRefused | None = None
        """The refusal by an endpoint that does not; it is final."""
        self._first_echo = asyncio.Lock()
        self._wants_reasoning = False
        """True once the endpoint has refused messages without the model's reasoning: DeepSeek's and Kimi's do so."""

    def __repr__(self) -> str:
        return f"<OpenAIModel {self.name} at {self.identity['endpoint']}>"

    async def send(self, request: Request) -> Completion:
        """Return the completion; with `stream` among the parameters it is streamed, which times the first token.

        `extra_body` among the parameters is merged into the body, as the client library of OpenAI does. Continuations
        of a raw prompt are scored by `/completions`, one request for each; documents by `/rerank`. The errors are those
        of `Connection.post`.
        """
        if type(request) not in self.can:
            raise refused(self.name, request)
        match request:
            case Likelihood():
                return await self._score(request)
            case Embed():
                read = partial(embeddings_of, count=len(request.texts))
                return await self._connection.post(EMBEDDINGS, texts_body(self._model, request), read)
            case Rerank():
                ranked = partial(relevance_of, count=len(request.documents))
                return await self._connection.post(RERANK, rerank_body(self._model, request), ranked)
            case Chat():
                return await self.send_chat(chat_of(self.name, request, self.media))

    async def send_chat(self, chat: Chat, read: ReadChat = completion_of) -> Completion:
        """Return what `read` makes of the response to a chat request. The errors are those of `Connection.post`."""
        check_count(self.name, chat)
        return await self._chat(chat, read)

    async def _chat(self, chat: Chat, read: ReadChat) -> Completion:
        """Return the completion. What a model thought goes back to it once the endpoint has demanded that."""
        given, messages = chat, without_reasoning(chat.messages)
        if messages is not chat.messages and not self._wants_reasoning:
            given = replace(chat, messages=messages)
        body = await built(given.messages, lambda: chat_body(self.name, self._model, given, hosted=self._hosted))
        try:
            return await self._connection.post(CHAT, body, read, StreamedChat)
        except RequestRefused as error:
            if given.messages is chat.messages or REASONING not in error.message:
                raise
        self._wants_reasoning = True
        return await self._chat(chat, read)

    async def _score(self, request: Likelihood) -> Completion:
        """Return the log-probabilities of the continuations. Raises RequestRefused where the endpoint gives none."""
        prompt = raw_text(request.messages)
        if prompt is None:
            raise RequestRefused(
                f"{self.name}: an endpoint gives log-probabilities after a plain prompt only (a chat was given); "
                "accepted: a raw prompt, or an hf/ model, which scores within a chat template too"
            )
        start = time.perf_counter()
        scored = await asyncio.gather(*(self._likelihood(request, prompt, text) for text in request.continuations))
        return Completion(
            text="",
            usage=Usage(prompt_tokens=sum(count for _, count in scored)),
            timing=Timing(latency=time.perf_counter() - start),
            likelihoods=tuple(one for one, _ in scored),
        )

    async def _likelihood(self, request: Likelihood, prompt: str, text: str) -> tuple[ContinuationLogprob, int]:
        """Return the log-probability of one continuation, and the tokens that were read for it.

        As elsewhere, spaces that end the prompt belong to the continuation. Where the tokens do not spell the text, the
        prompt alone is sent too, to count its tokens.
        """
        before = prompt.rstrip()
        if before == prompt + text:
            return ContinuationLogprob(logprob=0.0, tokens=0, greedy=True), 0
        echo = await self._echo(request, prompt + text)
        span = echo.span(before, prompt + text)
        if span is None and echo.count:
            span = ((await self._echo(request, before)).count if before else 0, echo.count)
        if span is None:
            raise no_logprobs(echo.subject, "its tokens do not spell the prompt")
        return echo.likelihood(*span), echo.count

    async def _echo(self, request: Likelihood, text: str) -> Echo:
        """Return the echo of `text`. What the endpoint cannot do the first request shows; the others wait for it."""
        if self._echoes:
            return await self._echoed(request, text)
        async with self._first_echo:
            if self._no_echo is not None:
                raise RequestRefused(self._no_echo.message, status=self._no_echo.status, hint=self._no_echo.hint)
            try:
                echo = await self._echoed(request, text)
            except RequestRefused as error:
                if cannot_echo(error):
                    self._no_echo = error
                raise
            self._echoes = True
            return echo

    async def _echoed(self, request: Likelihood, text: str) -> Echo:
        subject = f"{self.name}: {self.identity['endpoint']}"
        body = echo_body(self._model, text, request.params)
        return await self._connection.post(COMPLETIONS, body, lambda response, _: read_echo(subject, response))

    async def aclose(self) -> None:
        """Close the connections; the next request would open new ones."""
        await self._connection.aclose()


def chat_body(name: str, model: str, request: Chat, *, hosted: bool) -> dict[str, Any]:
    """Return the body that requests a chat completion; `extra_body` among the parameters is merged into it.

    The errors are those of `chat_messages`.
    """
    messages = chat_messages(name, request.messages, hosted=hosted)
    body = {**request.params, "model": model, "messages": messages}
    if None in request.params.values():
        body = {name: value for name, value in body.items() if value is not None}
    if request.tools:
        body["tools"] = request.tools
    if body.get("stream") and request.params.get("stream_options", True):
        body.setdefault("stream_options", {"include_usage": True})
    elif "stream_options" in body:
        del body["stream_options"]  # left out on purpose: some servers refuse it
    if "extra_body" in body:
        body.update(body.pop("extra_body") or {})
    return body
