"""Asking again: which errors, how often, after which pauses, and what the endpoint's own wish changes."""

import asyncio

import pytest

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.middleware.retrying import ALIVE, LONGEST_TURN, PATIENCE, SPREAD, retrying
from pytest_evalscope.models.wrapped import waiting_of, wrapped
from pytest_evalscope.types import EVERY_REQUEST, Completion


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now = 100.0
        self.pauses = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


class Scripted:
    """Raises or returns what it is given, in order; the last one for ever."""

    can = EVERY_REQUEST
    name = "scripted"
    identity = {"scripted": 1}  # noqa: RUF012  # a plain stand-in

    def __init__(self, clock, *script):
        self.clock = clock
        self.script = list(script)
        self.asked_at = []
        self.closed = False

    async def send(self, request):
        self.asked_at.append(self.clock.now)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Completion):
            return step
        raise step()

    async def aclose(self):
        self.closed = True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run(clock, request_for):
    """Asks a scripted model once; returns the reply, and keeps the model as `run.inner`."""

    class Run:
        inner: Scripted

        def __call__(self, *script, attempts=6, seed=0):
            self.inner = Scripted(clock, *script)
            model = retrying(self.inner, ModelOptions(attempts=attempts), seed=seed, sleep=clock.sleep, clock=clock)
            return asyncio.run(model.send(request_for()))

    return Run()


def busy():
    return TransientError("m: HTTP 503", status=503)


def limited(seconds):
    return lambda: TransientError("m: HTTP 429", status=429, retry_after=seconds)


OK = Completion(text="42")


def test_a_reply_passes_as_it_is(run, clock):
    assert run(OK) is OK
    assert clock.pauses == []


def test_passing_failures_are_outlasted_and_counted(run):
    reply = run(busy, lambda: ModelTimeout("m: slow"), OK)
    assert (reply.text, reply.attempts) == ("42", 3)


@pytest.mark.parametrize("error", [RequestRefused("m: HTTP 400", status=400), ModelError("m: no")])
def test_other_errors_are_not_asked_again(run, error):
    with pytest.raises(type(error)) as caught:
        run(lambda: error, OK)
    assert caught.value is error
    assert len(run.inner.asked_at) == 1


def test_the_last_error_is_raised_with_the_number_of_attempts(run):
    with pytest.raises(TransientError, match=r"^m: HTTP 503 after 4 attempts$") as caught:
        run(busy, attempts=4)
    assert caught.value.attempts == 4
    assert len(run.inner.asked_at) == 4


def test_one_attempt_is_no_retry(run, clock):
    with pytest.raises(ModelTimeout, match=r"^m: slow after 1 attempt$"):
        run(lambda: ModelTimeout("m: slow"), attempts=1)
    assert clock.pauses == []


def test_pauses_double_under_a_cap_with_full_jitter(run, clock):
    with pytest.raises(TransientError):
        run(busy, attempts=12)
    longest = [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]
    assert all(0 <= pause <= cap for pause, cap in zip(clock.pauses, longest, strict=True))
    assert len(set(clock.pauses)) == 11
    assert max(clock.pauses) > 8


def test_pauses_follow_the_seed(run, clock):
    run(busy, busy, OK, seed=1)
    run(busy, busy, OK, seed=1)
    run(busy, busy, OK, seed=2)
    first, second, other = clock.pauses[:2], clock.pauses[2:4], clock.pauses[4:]
    assert first == second != other


def test_retry_after_is_waited_for(run):
    run(limited(7.0), OK)
    first, second = run.inner.asked_at
    assert 7.0 <= second - first <= 7.0 + SPREAD


def test_a_longer_wish_than_patience_is_given_up(run, clock):
    with pytest.raises(TransientError, match="after 1 attempt") as caught:
        run(limited(PATIENCE + 1), OK)
    assert caught.value.hint == "the endpoint wants no request for 301 seconds"
    assert clock.pauses == []


def test_a_wish_does_not_shorten_our_own_pause(run, clock):
    run(*[limited(0.001)] * 11, OK)
    assert 2 < max(clock.pauses) <= LONGEST_TURN


def test_a_refusal_that_names_no_time_is_not_slept_over(run, clock):
    run(*[limited(None)] * 20, OK)
    assert max(clock.pauses) <= LONGEST_TURN


def test_a_refused_request_waits_its_turn_however_often(run):
    assert run(*[limited(5.0)] * 10, OK, attempts=2).attempts == 11


def test_a_request_that_is_refused_for_five_minutes_is_given_up(run):
    with pytest.raises(TransientError, match=r"^m: HTTP 429 after \d+ attempts$"):
        run(limited(5.0), attempts=2)
    first, *_, last = run.inner.asked_at
    assert PATIENCE <= last - first <= PATIENCE + 31


def test_requests_that_wait_alike_come_back_spread_out(clock, request_for):
    inner = Scripted(clock, *[limited(5.0)] * 8, OK)
    asyncio.run(retrying(inner, ModelOptions(attempts=9), sleep=clock.sleep, clock=clock).send(request_for()))
    assert len(set(clock.pauses)) == len(clock.pauses) == 8
    assert all(5.0 <= pause <= 5.0 + SPREAD for pause in clock.pauses[:4])


def test_others_do_not_wait_for_what_one_was_told(clock, request_for):
    inner = Scripted(clock, limited(5.0), OK)
    asked = []

    async def sleep(seconds):
        asked.append(len(inner.asked_at))
        await asyncio.sleep(0)

    async def main():
        model = retrying(inner, ModelOptions(), sleep=sleep)
        await asyncio.gather(*(model.send(request_for(str(number))) for number in range(8)))

    asyncio.run(main())
    assert (asked, len(inner.asked_at)) == ([1], 9)


def test_an_endpoint_that_never_answered_is_not_tried_at_length_for_every_request(clock, request_for):
    inner = Scripted(clock, busy)
    model = retrying(inner, ModelOptions(attempts=5), sleep=clock.sleep, clock=clock)
    attempts = []
    for _ in range(6):
        with pytest.raises(TransientError) as caught:
            asyncio.run(model.send(request_for()))
        attempts.append(caught.value.attempts)
    assert attempts == [5, 5, 5, 1, 1, 1]


def test_an_endpoint_that_once_answered_is_tried_at_length(clock, request_for):
    inner = Scripted(clock, OK, busy)
    model = retrying(inner, ModelOptions(attempts=5), sleep=clock.sleep, clock=clock)
    asyncio.run(model.send(request_for()))
    clock.now += ALIVE
    for _ in range(5):
        with pytest.raises(TransientError, match="after 5 attempts"):
            asyncio.run(model.send(request_for()))


def test_it_stands_for_the_model_it_wraps(clock):
    inner = Scripted(clock, OK)
    model = retrying(inner, ModelOptions())
    asyncio.run(model.aclose())
    assert (model.name, model.identity, inner.closed) == ("scripted", {"scripted": 1}, True)


def test_a_busy_server_that_answers_others_is_waited_for(clock, request_for):
    """Nginx's `limit_req` refuses with 503: not this request's turn, as long as others are answered."""
    inner = Scripted(clock, OK, *[busy] * 9, OK)
    model = retrying(inner, ModelOptions(attempts=6), sleep=clock.sleep, clock=clock)

    async def main():
        await model.send(request_for())
        return await model.send(request_for())

    assert asyncio.run(main()).attempts == 10
    assert max(clock.pauses) <= LONGEST_TURN


def test_a_server_that_answers_nobody_any_more_is_given_up(clock, request_for):
    inner = Scripted(clock, OK, busy)
    model = retrying(inner, ModelOptions(attempts=6), sleep=clock.sleep, clock=clock)

    async def main():
        await model.send(request_for())
        clock.now += ALIVE
        await model.send(request_for())

    with pytest.raises(TransientError, match="after 6 attempts"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("message", "status", "words"),
    [
        ("m: HTTP 429 from http://h (slow down)", 429, "waiting: endpoint answers 429 (slow down)"),
        ("m: HTTP 503 from http://h", 503, "waiting: endpoint answers 503"),
        ("m: no connection to http://h (refused)", None, "waiting: m: no connection to http://h (refused)"),
    ],
)
def test_what_requests_wait_for_is_said(clock, request_for, message, status, words):
    said = []

    async def sleep(seconds):
        said.append(waiting_of(model))
        clock.now += 1

    def error():
        return TransientError(message, status=status)

    inner = Scripted(clock, OK, *[error] * 7, OK)
    within = retrying(inner, ModelOptions(attempts=9), sleep=sleep, clock=clock)
    model = wrapped(within, within.send)

    async def main():
        await model.send(request_for())
        return await model.send(request_for())

    asyncio.run(main())
    assert said == ["", "", "", "", "", words, words], "five seconds without a response are nothing to report"
    assert waiting_of(model) == ""
