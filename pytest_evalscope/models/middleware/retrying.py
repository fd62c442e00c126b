"""Retries: a model that outlasts the transient failures of the one it wraps."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count

from pytest_evalscope.errors import ModelError, ModelTimeout, TransientError
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Model, Request

FIRST_PAUSE = 0.5
"""Seconds that the first pause lasts at most; it doubles with each attempt."""
LONGEST_PAUSE = 30.0
"""Seconds that no pause of ours exceeds."""
LONGEST_TURN = 4.0
"""The same after a refusal (429): how much is sent at all is the matter of the limit, not of the pauses."""
PATIENCE = 300.0
"""Seconds for which a request may be refused (429) over and over; an endpoint that wants to be left alone for longer
is given up at once."""
LOST_CAUSE = 3
"""Requests that may use up all their attempts at an endpoint that never answered any; the next get one attempt each."""
TURNED_AWAY = (429, 503, 529)
"""Statuses by which endpoints refuse what is too much: nginx's `limit_req` sends 503, Anthropic 529 when overloaded."""
ALIVE = 30.0
"""Seconds after a response for which an endpoint with a 503 or 529 is taken to be busy, not down."""
QUIET = 5.0
"""Seconds without a response after which progress says what the requests wait for."""
SPREAD = 0.25
"""Seconds over which requests that had to wait come back, so that they do not come as one."""

_LOG = logging.getLogger(__name__)


def retrying(
    model: Model,
    options: ModelOptions,
    *,
    seed: int = 0,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Model:
    """Return `model`, sent a request up to `options.attempts` times while it raises TransientError or ModelTimeout.

    Pauses grow exponentially with full jitter, and where the endpoint says how long to wait, the request waits at least
    that long. A 429 only says that it is not this request's turn yet, and so does a 503 or 529 while other requests are
    being answered: it is sent again for five minutes, however often, before the attempts end the matter. The last error
    is raised when all attempts are used up, with their number in its message. An endpoint that never answered anything
    is not tried again and again for each of thousands of requests: after three that used up their attempts, the others
    get one each.

    Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 (full jitter).
    """
    attempts = _Retrying(model, options.attempts, random.Random(seed), sleep, clock)  # noqa: S311  # jitter, no secret
    return wrapped(model, attempts.send, kind="retrying", waiting=attempts.waiting)


class _Retrying:
    def __init__(
        self,
        model: Model,
        attempts: int,
        rng: random.Random,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._model = model
        self._attempts = attempts
        self._random = rng
        self._sleep = sleep
        self._clock = clock
        self._answered_at: float | None = None
        self._given_up = 0
        self._asleep = 0
        self._last: ModelError | None = None

    async def send(self, request: Request) -> Completion:
        begun = self._clock()
        for attempt in count(1):
            try:
                completion = await self._model.send(request)
            except (TransientError, ModelTimeout) as error:
                queued = self._refuses(error) and self._clock() - begun < PATIENCE
                if not self._worth_waiting(error) or (attempt >= self._allowed() and not queued):
                    self._give_up(error, attempt)
                    raise
                _LOG.info("attempt %d of %d failed: %s", attempt, self._attempts, error.message)
                self._last = error
                self._asleep += 1
                try:
                    await self._sleep(self._pause(error, attempt))
                finally:
                    self._asleep -= 1
            else:
                self._answered_at = self._clock()
                return completion if attempt == 1 else replace(completion, attempts=attempt)
        raise AssertionError("unreachable")

    def waiting(self) -> str:
        """Return what the endpoint answers while requests pause and none has been answered for a while; "" else."""
        error, answered = self._last, self._answered_at
        if error is None or not self._asleep or (answered is not None and self._clock() - answered < QUIET):
            return ""
        status = getattr(error, "status", None)
        if status is None:
            return f"waiting: {error.message}"
        said = error.message.partition(" (")[2]
        return f"waiting: endpoint answers {status}" + (f" ({said}" if said else "")

    def _refuses(self, error: ModelError) -> bool:
        """Return whether it is only not this request's turn: 429, or 503 and 529 while others are being answered."""
        if not isinstance(error, TransientError) or error.status not in TURNED_AWAY:
            return False
        answered = self._answered_at
        return error.status == 429 or (answered is not None and self._clock() - answered < ALIVE)

    def _worth_waiting(self, error: ModelError) -> bool:
        wish = _wish(error)
        if wish <= PATIENCE:
            return True
        error.hint = error.hint or f"the endpoint wants no request for {wish:.0f} seconds"
        return False

    def _pause(self, error: ModelError, attempt: int) -> float:
        """Return the seconds before the next attempt; never fewer than the endpoint requests."""
        most = LONGEST_TURN if self._refuses(error) else LONGEST_PAUSE
        longest = min(most, FIRST_PAUSE * 2.0 ** min(attempt - 1, 16))
        pause = self._random.uniform(0, longest)
        wish = _wish(error)
        return max(pause, wish + self._random.uniform(0, SPREAD)) if wish else pause

    def _allowed(self) -> int:
        return self._attempts if self._answered_at is not None or self._given_up < LOST_CAUSE else 1

    def _give_up(self, error: ModelError, attempts: int) -> None:
        self._given_up += 1
        error.attempts = attempts
        error.message += f" after {attempts} attempt{'s' if attempts > 1 else ''}"


def _wish(error: ModelError) -> float:
    """The seconds for which the endpoint wants to be left alone."""
    return (error.retry_after if isinstance(error, TransientError) else None) or 0.0
