"""An endpoint's limits, played in virtual time: what is used of it, and what a refusal holds back."""

import asyncio
import random
from collections import Counter
from itertools import pairwise

import pytest

from pytest_evalscope.errors import ModelError, RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.retrying import PATIENCE, retrying
from pytest_evalscope.types import EVERY_REQUEST, Completion

pytestmark = pytest.mark.slow  # thousands of requests


class Busy:
    """An endpoint that refuses what goes beyond `capacity` in flight, and whatever `refuses` says."""

    can = EVERY_REQUEST
    name = "busy"
    identity = {"busy": 1}  # noqa: RUF012  # a plain stand-in

    def __init__(self, capacity=1000, *, latency=1.0, wish=None, refuses=lambda now: False, status=429):
        self.capacity, self.latency, self.wish, self.refuses = capacity, latency, wish, refuses
        self.status = status
        self.flying = self.peak = self.requests = self.refused = 0
        self.starts = []
        self.closed = False

    async def send(self, request):
        now = asyncio.get_running_loop().time()
        self.requests += 1
        self.starts.append(now)
        if self.flying >= self.capacity or self.refuses(now):
            self.refused += 1
            await asyncio.sleep(0.01)
            raise TransientError(f"m: HTTP {self.status}", status=self.status, retry_after=self.wish)
        self.flying += 1
        self.peak = max(self.peak, self.flying)
        try:
            await asyncio.sleep(self.latency)
        finally:
            self.flying -= 1
        return Completion(text="42")

    async def aclose(self):
        self.closed = True


@pytest.fixture
def run(virtually, request_for):
    """Asks `count` requests in `ceiling` workers; returns the seconds they took and the number of each error."""

    def run(inner, count, ceiling, *, attempts=6, limit=limited):
        async def main():
            loop = asyncio.get_running_loop()
            options = ModelOptions(concurrency=ceiling, attempts=attempts)
            model = retrying(limit(inner, options, clock=loop.time), options, clock=loop.time)
            numbers = iter(range(count))
            errors: Counter[str] = Counter()

            async def work():
                for number in numbers:
                    try:
                        await model.send(request_for(str(number)))
                    except ModelError as error:
                        errors[type(error).__name__] += 1

            await asyncio.gather(*(work() for _ in range(ceiling)))
            return loop.time(), dict(errors)

        return virtually(main)

    return run


def test_the_ceiling_holds_and_is_used_from_the_start(run):
    inner = Busy()
    assert run(inner, 320, 32) == (10.0, {})
    assert (inner.peak, inner.requests) == (32, 320)


@pytest.mark.parametrize("wish", [None, 1.0])
def test_a_limit_of_forty_is_found_from_a_ceiling_of_512(run, wish):
    inner = Busy(40, wish=wish)
    seconds, errors = run(inner, 2000, 512)
    assert errors == {}
    assert seconds < 1.15 * 2000 / 40
    assert inner.refused < 1000


@pytest.mark.parametrize("clients", [2, 8])
def test_clients_that_share_a_limit_lose_nothing(virtually, request_for, clients):
    inner = Busy(40)

    async def main():
        loop = asyncio.get_running_loop()
        options = ModelOptions(concurrency=512 // clients)
        asked = []
        for seed in range(clients):
            model = retrying(limited(inner, options, seed=seed, clock=loop.time), options, seed=seed, clock=loop.time)
            asked += [model.send(request_for(str(number))) for number in range(1200 // clients)]
        await asyncio.gather(*asked)
        return loop.time()

    assert virtually(main) < 2 * 1200 / 40


def test_a_limit_that_rises_is_followed(run):
    class Growing(Busy):
        async def send(self, request):
            self.capacity = 10 if self.requests < 500 else 200
            return await super().send(request)

    inner = Growing()
    _, errors = run(inner, 8000, 256)
    assert errors == {}
    assert inner.peak > 150


def test_stray_refusals_with_a_long_wish_do_not_stop_the_others(run):
    rng = random.Random(1)
    inner = Busy(wish=10.0, refuses=lambda now: rng.random() < 0.05)
    _, errors = run(inner, 3200, 32)
    busy = inner.starts[:-100]
    assert errors == {}
    assert max(later - sooner for sooner, later in pairwise(busy)) <= 1.1


@pytest.mark.parametrize("wish", [None, 1.0])
@pytest.mark.parametrize("ceiling", [8, 32, 128])
def test_refusals_at_random_cost_no_more_than_a_client_that_only_retries(run, ceiling, wish):
    def asked(limit):
        rng = random.Random(ceiling)
        inner = Busy(wish=wish, refuses=lambda now: rng.random() < 0.2)
        seconds, errors = run(inner, 40 * ceiling, ceiling, limit=limit)
        assert errors == {}
        return seconds

    assert asked(limited) < asked(lambda model, options, clock: model) / 0.7


def test_a_ceiling_is_found_among_refusals_at_random(run):
    rng = random.Random(1)
    inner = Busy(40, refuses=lambda now: rng.random() < 0.1)
    seconds, errors = run(inner, 2000, 512)
    assert errors == {}
    assert seconds < 1.3 * 2000 / 40


def test_an_endpoint_that_serves_nobody_is_left_alone(run):
    inner = Busy(wish=20.0, refuses=lambda now: 5.0 <= now < 25.0)
    _, errors = run(inner, 1000, 32)
    asked = [start for start in inner.starts if 5.5 < start < 25.0]
    assert errors == {}
    assert asked == []
    assert inner.refused <= 32


def test_the_wait_of_an_overload_holds_for_requests_that_come_later(virtually, request_for):
    inner = Busy(wish=7.0, refuses=lambda now: now < 7.0)

    async def main():
        model = limited(inner, ModelOptions(), clock=asyncio.get_running_loop().time)
        with pytest.raises(TransientError):
            await model.send(request_for())
        await asyncio.gather(*(model.send(request_for(str(number))) for number in range(8)))

    virtually(main)
    assert min(inner.starts[1:]) >= 7.0
    assert len(set(inner.starts[1:])) > 1


def test_a_wait_beyond_patience_holds_nobody(virtually, request_for):
    inner = Busy(wish=PATIENCE + 1, refuses=lambda now: now < 1)

    async def main():
        loop = asyncio.get_running_loop()
        model = limited(inner, ModelOptions(), clock=loop.time)
        with pytest.raises(TransientError):
            await model.send(request_for())
        await asyncio.sleep(1)
        await model.send(request_for())
        return loop.time()

    assert virtually(main) < 3


def test_a_request_that_pauses_holds_no_place(virtually, request_for):
    inner = Busy(wish=100.0, refuses=lambda now: now < 0.005)

    async def main():
        loop = asyncio.get_running_loop()
        options = ModelOptions(concurrency=2)
        model = retrying(limited(inner, options, clock=loop.time), options, clock=loop.time)
        inner.refuses = lambda now: inner.requests == 1
        first = asyncio.ensure_future(model.send(request_for("first")))
        await asyncio.gather(*(model.send(request_for(str(number))) for number in range(10)))
        assert not first.done()
        others = loop.time()
        await first
        return others

    assert virtually(main) <= 10.0


def test_other_failures_leave_the_limit_alone(virtually, request_for):
    class Broken(Busy):
        async def send(self, request):
            if self.requests >= 20:
                return await super().send(request)
            self.requests += 1
            raise (TransientError("m", status=500), RequestRefused("m", status=400))[self.requests % 2]

    async def main():
        inner = Broken()
        model = limited(inner, ModelOptions(concurrency=4), clock=asyncio.get_running_loop().time)
        await asyncio.gather(*(model.send(request_for()) for _ in range(20)), return_exceptions=True)
        await asyncio.gather(*(model.send(request_for()) for _ in range(4)))
        return inner.peak

    assert virtually(main) == 4


def test_cancelled_requests_give_their_places_back(virtually, request_for):
    async def main():
        inner = Busy()
        model = limited(inner, ModelOptions(concurrency=2), clock=asyncio.get_running_loop().time)
        tasks = [asyncio.ensure_future(model.send(request_for())) for _ in range(6)]
        await asyncio.sleep(0.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(model.send(request_for()) for _ in range(2)))
        return inner.requests

    assert virtually(main) == 4


def test_it_stands_for_the_model_it_wraps():
    inner = Busy()
    model = limited(inner, ModelOptions())
    asyncio.run(model.aclose())
    assert (model.name, model.identity, inner.closed) == ("busy", {"busy": 1}, True)
    assert repr(model).startswith("<limited <")


class LimitReq(Busy):
    """nginx with `limit_req`: `rate` requests a second and a few at once; the others get 503 at once."""

    def __init__(self, rate, burst):
        super().__init__(latency=0.2)
        self.rate, self.burst, self.excess, self.last = rate, burst, 0.0, 0.0

    async def send(self, request):
        now = asyncio.get_running_loop().time()
        self.requests += 1
        excess = max(0.0, self.excess - (now - self.last) * self.rate) + 1
        if excess > self.burst:
            self.refused += 1
            raise TransientError("m: HTTP 503", status=503)
        self.excess, self.last = excess, now
        await asyncio.sleep(self.latency)
        return Completion(text="42")


@pytest.mark.parametrize("status", [429, 503, 529])
def test_whatever_status_means_too_much_lowers_the_limit(run, status):
    inner = Busy(4, status=status)
    _, errors = run(inner, 200, 32)
    assert errors == {}
    assert inner.refused < inner.requests / 2


def test_a_rate_that_is_refused_with_503_loses_no_request(run):
    inner = LimitReq(rate=5, burst=6)
    _, errors = run(inner, 60, 32)
    assert errors == {}
