"""Limits of an endpoint: a model that sends no more requests to the one it wraps than the endpoint bears.

`retrying(limited(model))`: what is limited is the single attempt. A request that pauses before its next attempt holds
no place meanwhile, and the attempts are counted in one spot.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from pytest_evalscope.errors import TransientError
from pytest_evalscope.models.middleware.adaptive_limit import Slots
from pytest_evalscope.models.middleware.rate_limiter import Pace
from pytest_evalscope.models.middleware.retrying import PATIENCE, SPREAD, TURNED_AWAY
from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.types import Completion, Model, Request

_LOG = logging.getLogger(__name__)


def limited(
    model: Model,
    options: ModelOptions,
    *,
    seed: int = 0,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Model:
    """Return `model` with at most `options.concurrency` requests in flight, fewer where the endpoint refuses more.

    A refusal is a 429, 503 or 529, or any other passing failure that says how long to wait. One that comes while others
    are being worked on concerns that request; an endpoint that refuses the last one in flight serves nobody, and then
    the wait that it requests applies to every request. `options.rpm` and `options.tpm` are kept besides.
    """
    rng = random.Random(seed)  # noqa: S311  # jitter, no secret
    pace = Pace(rpm=options.rpm, tpm=options.tpm, sleep=sleep, clock=clock)
    return wrapped(model, _Limited(model, Slots(options.concurrency), pace, rng, sleep, clock).send, kind="limited")


class _Limited:
    def __init__(
        self,
        model: Model,
        slots: Slots,
        pace: Pace,
        rng: random.Random,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
    ) -> None:
        self._model = model
        self._slots = slots
        self._pace = pace
        self._random = rng
        self._sleep = sleep
        self._clock = clock
        self._cool_until = clock()
        self._flying = 0

    async def send(self, request: Request) -> Completion:
        booked = await self._admission(request)
        burst = self._slots.bursts
        self._flying += 1
        try:
            completion = await self._model.send(request)
            self._slots.answered(burst=burst)
            self._pace.count(booked, completion.usage)
            return completion
        except TransientError as error:
            if error.status in TURNED_AWAY or error.retry_after is not None:
                self._refused(error, burst)
            raise
        finally:
            self._flying -= 1
            self._slots.leave()

    async def _admission(self, request: Request) -> int:
        """Wait for a place at an endpoint that takes requests; return the tokens that are booked for the request."""
        while True:
            while (wait := self._cool_until - self._clock()) > 0:
                await self._sleep(wait + self._random.uniform(0, SPREAD))
            await self._slots.take()
            try:
                booked = await self._pace.leave(request)
            except BaseException:
                self._slots.leave()
                raise
            if self._cool_until <= self._clock():
                return booked
            self._slots.leave()

    def _refused(self, error: TransientError, burst: int) -> None:
        others = self._flying - 1
        self._slots.refused(others, burst=burst)
        wish = error.retry_after or 0.0
        if not others and wish <= PATIENCE:
            self._cool_until = max(self._cool_until, self._clock() + wish)
        _LOG.info("refused (%s); now %d at a time", error.message, self._slots.limit)
