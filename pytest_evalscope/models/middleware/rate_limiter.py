"""Requests and tokens a minute: when the next request may leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.types import Chat, Likelihood, Request, Usage, prompt_of, texts_of

MINUTE = 60.0
CHARACTERS = 4
"""Characters of a prompt to a token, until the endpoint has counted them."""
FIRST_COMPLETION = 256
"""Tokens that a completion is taken to have while none has come and the request names no limit."""


class Pace:
    """Spreads requests evenly over the minute, so that no endpoint's way of counting finds a burst in them.

    Tokens are booked when a request leaves, by the prompt's length and the mean of the completions so far, and set
    right when the endpoint has counted them. None means no limit. Used on one event loop.
    """

    def __init__(
        self,
        *,
        rpm: float | None,
        tpm: float | None,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._request = MINUTE / rpm if rpm else 0.0
        self._token = MINUTE / tpm if tpm else 0.0
        self._sleep = sleep
        self._clock = clock
        self._turn = asyncio.Lock()
        self._requests_free = self._tokens_free = clock()
        self._completions = self._completed = 0

    async def leave(self, request: Request) -> int:
        """Wait until `request` may leave; return how many tokens are booked for it."""
        if not (self._request or self._token):
            return 0
        async with self._turn:
            while (wait := max(self._requests_free, self._tokens_free) - self._clock()) > 0:
                await self._sleep(wait)
            now, tokens = self._clock(), self._expected(request)
            self._requests_free = now + self._request
            self._tokens_free = now + tokens * self._token
        return tokens

    def count(self, booked: int, usage: Usage) -> None:
        """Set right what was booked for a request; an endpoint that does not count leaves it as it was."""
        used = usage.prompt_tokens + usage.completion_tokens
        if used:
            self._tokens_free += (used - booked) * self._token
            self._completions += 1
            self._completed += usage.completion_tokens

    def _expected(self, request: Request) -> int:
        prompt = sum(len(content_text(message.get("content"))) for message in prompt_of(request)) // CHARACTERS
        if not isinstance(request, Chat):
            generated = isinstance(request, Likelihood)  # one token, which echoing a prompt costs besides
            return prompt + generated + sum(map(len, texts_of(request))) // CHARACTERS
        if self._completions:
            return prompt + self._completed // self._completions
        most = request.params.get("max_completion_tokens", request.params.get("max_tokens"))
        return prompt + (most if type(most) is int and most > 0 else FIRST_COMPLETION)
