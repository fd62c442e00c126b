"""Places for requests in flight: as many as the endpoint bears, under the user's ceiling."""

from __future__ import annotations

import asyncio
from collections import deque

GROWTH = 0.05
"""Share by which the limit grows while as many requests as it allows are answered; one request at the least."""
EXCUSE = 10
"""Answers that make one refusal a stray; those of one round count."""
YIELD = 0.9
"""Share of the accepted requests that is kept after a burst of refusals: what is left lets other clients in."""


class Slots:
    """A limit that follows what the endpoint does; used on one event loop.

    It begins at the ceiling, which the user chose. Stray refusals, up to one for ten answers, leave it as it is. More
    take it down to the number of requests that the endpoint is still working on, so an overload takes nearly all. Every
    answer takes it up again while the places are all in use: by one until half of what it was before the last burst of
    refusals, which doubles it in one round; beyond that by 5 % a round.

    Source: M. Allman et al., "TCP Congestion Control", RFC 5681 (slow start up to a threshold, then slower growth); the
    decrease, unlike there, is to what was seen to be accepted.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(ceiling)
        self._threshold = 0.0
        self._excuses = 0
        self.bursts = 0
        """Bursts of refusals so far; who is refused tells how many there were when it was sent."""
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return int(self._limit)

    async def take(self) -> None:
        """Wait for a place, first come, first served; `leave` gives it back."""
        if self._taken < self.limit and not self._waiting:
            self._taken += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()  # it was handed over in the same moment
            raise

    def leave(self) -> None:
        """Give a place back."""
        self._taken -= 1
        self._hand_over()

    def answered(self) -> None:
        """Take note of a reply, before its place is given back."""
        self._excuses = min(self._excuses + 1, max(EXCUSE, self.limit))
        if self._limit < self._ceiling and self._taken >= self.limit:
            growth = 1.0 if self._limit < self._threshold else max(1 / self._limit, GROWTH)
            self._limit = min(self._limit + growth, float(self._ceiling))

    def refused(self, others: int, *, burst: int) -> None:
        """Take note of a refusal while the endpoint works on `others`; `burst` is `bursts` when it was sent."""
        if self._excuses >= EXCUSE:
            self._excuses -= EXCUSE
            return
        bearable = float(others)
        if burst == self.bursts:
            self.bursts += 1
            self._threshold = self._limit / 2
            bearable *= YIELD
        self._limit = max(1.0, min(self._limit, bearable))

    def _hand_over(self) -> None:
        while self._waiting and self._taken < self.limit:
            place = self._waiting.popleft()
            if not place.done():
                self._taken += 1
                place.set_result(None)
