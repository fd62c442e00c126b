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
ROUND = 20
"""Outcomes at the least that tell whether a cut helped; as many as the limit allows, where that is more."""
IN_VAIN = 0.5
"""Share of the refusals before a cut that, if it remains after it, shows that the cut did not help."""
MARGIN = 1.2
"""Factor on the endpoint's own refusals up to which they are strays: chance brings more than their mean at times."""
MOST_NOISE = 0.5
"""Share of refusals beyond which an endpoint is sent fewer requests, even if that does not help."""


class Slots:
    """A limit that follows what the endpoint does; used on one event loop.

    It begins at the ceiling, which the user chose. Stray refusals, up to one for ten answers, leave it as it is. More
    take it down to the number of requests that the endpoint is still working on, so an overload takes nearly all. Every
    answer takes it up again while the places are all in use: by one until half of what it was before the last burst of
    refusals, which doubles it in one round; beyond that by 5 % a round.

    Some endpoints refuse at random, however few requests they get. So the first round after a cut is watched: if the
    share of refusals in it is not below half of what it was before, the cut was in vain. The limit then doubles until
    it is where it was, and refusals of that share are strays from then on, until the next cut measures them anew. (It
    does not leap back: clients that share an endpoint see each other's refusals, and would all leap.)

    Source: M. Allman et al., "TCP Congestion Control", RFC 5681 (slow start up to a threshold, then slower growth); the
    decrease, unlike there, is to what was seen to be accepted. C. P. Fu and S. C. Liew, "TCP Veno", IEEE JSAC 21 (2003)
    (random losses must not be taken for congestion; how they are distinguished is another way here).
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(ceiling)
        self._threshold = 0.0
        self._excuses = 0.0
        self.bursts = 0
        """Bursts of refusals so far; who is answered or refused tells how many there were when it was sent."""
        self._before = self._now = _Share()
        """Refusals among the requests that were sent before the last burst, and since."""
        self._uncut: float | None = None
        """The limit before a cut that is being watched."""
        self._noise = 0.0
        """Share of requests that the endpoint refuses however few it gets."""
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

    def answered(self, *, burst: int) -> None:
        """Take note of a response, before its place is given back; `burst` is `bursts` when it was sent."""
        self._count(burst, refused=False)
        self._excuses = min(self._excuses + 1, float(max(EXCUSE, self.limit)))
        if self._may_grow and self._limit < self._ceiling and self._taken >= self.limit:
            growth = 1.0 if self._limit < self._threshold else max(1 / self._limit, GROWTH)
            self._limit = min(self._limit + growth, float(self._ceiling))

    def refused(self, others: int, *, burst: int) -> None:
        """Take note of a refusal while the endpoint works on `others`; `burst` is `bursts` when it was sent."""
        self._count(burst, refused=True)
        if self._excuses >= self._price:
            self._excuses -= self._price
            return
        bearable = float(others)
        if burst == self.bursts and self._uncut is None:
            self.bursts += 1
            self._threshold = self._limit / 2
            self._before, self._now, self._uncut = self._now, _Share(), self._limit
            bearable *= YIELD
        self._limit = max(1.0, min(self._limit, bearable))

    @property
    def _may_grow(self) -> bool:
        """True when growing would not blur what a cut did: a whole round without a refusal has shown enough."""
        return self._uncut is None or (self._now.count >= self.limit and not self._now.value)

    @property
    def _price(self) -> float:
        """Answers that make one refusal a stray, at an endpoint with refusals of its own."""
        return 1 / (1 / EXCUSE + MARGIN * self._noise / (1 - self._noise))

    def _count(self, burst: int, *, refused: bool) -> None:
        """Enter an outcome into the share that it belongs to, and look whether it tells if the last cut helped."""
        least = max(ROUND, self.limit)
        if burst == self.bursts:
            self._now.add(refused, least)
            if self._uncut is not None and self._now.count >= least:
                self._judge(self._uncut)
        elif burst == self.bursts - 1:
            self._before.add(refused, max(least, int(self._uncut or 0)))

    def _judge(self, uncut: float) -> None:
        """Decide whether a cut from `uncut` helped."""
        self._uncut = None
        if self._now.value < IN_VAIN * self._before.value:
            self._noise = min(self._noise, self._now.value)
        else:
            self._noise = min(self._now.value, MOST_NOISE)
            self._threshold = uncut

    def _hand_over(self) -> None:
        while self._waiting and self._taken < self.limit:
            place = self._waiting.popleft()
            if not place.done():
                self._taken += 1
                place.set_result(None)


class _Share:
    """The share of refusals among the outcomes of late."""

    def __init__(self) -> None:
        self.value = 0.0
        self.count = 0

    def add(self, refused: bool, window: int) -> None:
        """Enter an outcome; those before the last `window` fade."""
        self.count += 1
        self.value += (refused - self.value) / min(self.count, window)
