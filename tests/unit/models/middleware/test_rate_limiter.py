"""Requests and tokens a minute, in virtual time."""

import asyncio

import pytest

from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.rate_limiter import FIRST_COMPLETION
from pytest_evalscope.types import EVERY_REQUEST, Completion, Embed, Likelihood, Usage

UNTOLD = Usage()


class Counted:
    """Answers after a second and counts the same tokens each time."""

    can = EVERY_REQUEST
    name = "counted"
    identity = {"counted": 1}  # noqa: RUF012  # a plain stand-in

    def __init__(self, usage=UNTOLD):
        self.usage = usage
        self.starts = []

    async def send(self, request):
        self.starts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(1)
        return Completion(text="42", usage=self.usage)

    async def aclose(self):
        pass


@pytest.fixture
def starts(virtually, request_for):
    """Asks `count` requests at once under the limits; returns when each was sent."""

    def starts(count, *, usage=UNTOLD, text="6 x 7?", most=None, continuations=(), **limits):
        inner = Counted(usage)
        request = request_for(text, **({"max_tokens": most} if most else {}))
        if continuations:
            request = Likelihood(messages=request.messages, continuations=continuations)

        async def main():
            options = ModelOptions(concurrency=count, **limits)
            model = limited(inner, options, clock=asyncio.get_running_loop().time)
            await asyncio.gather(*(model.send(request) for _ in range(count)))

        virtually(main)
        return inner.starts

    return starts


def test_without_limits_nobody_waits(starts):
    assert set(starts(50)) == {0.0}


def test_requests_are_spread_evenly(starts):
    assert starts(10, rpm=120) == pytest.approx([0.5 * number for number in range(10)])


def test_a_rate_may_be_less_than_one_a_minute(starts):
    assert starts(2, rpm=0.5) == pytest.approx([0.0, 120.0])


def test_tokens_are_booked_by_the_prompt_and_the_most_that_is_asked_for(starts):
    # 400 characters are 100 tokens, and 500 may be replied: 600 of 6,000 a minute are six seconds
    assert starts(3, tpm=6000, text="x" * 400, most=500) == pytest.approx([0.0, 6.0, 12.0])


def test_a_reply_of_unknown_length_is_taken_to_have_some(starts):
    assert starts(2, tpm=60, text="")[1] == pytest.approx(FIRST_COMPLETION)


def test_a_continuation_is_read_and_nothing_replied(starts):
    # 100 tokens of prompt, 19 of continuation, and the one that must be generated
    sent = starts(2, tpm=120, text="x" * 400, continuations=("y" * 76,))
    assert sent == pytest.approx([0.0, 60.0])


def test_what_was_booked_is_set_right_by_what_was_used(starts):
    sent = starts(101, tpm=6000, text="x" * 400, most=500, usage=Usage(prompt_tokens=80, completion_tokens=20))
    # 100 tokens each are one second, whatever was thought of the first
    assert sent[100] - sent[1] == pytest.approx(99.0, rel=0.25)


def test_used_tokens_stay_below_the_limit(starts):
    usage = Usage(prompt_tokens=300, completion_tokens=300)
    sent = starts(60, tpm=6000, text="x" * 40, most=10, usage=usage)
    assert 600 * len(sent) / (sent[-1] - sent[0]) * 60 < 1.1 * 6000


def test_the_stricter_limit_decides(starts):
    usage = Usage(prompt_tokens=1, completion_tokens=1)
    assert starts(3, rpm=60, tpm=1e9, usage=usage) == pytest.approx([0.0, 1.0, 2.0])


def test_who_is_cancelled_while_waiting_holds_up_nobody(virtually, request_for):
    async def main():
        inner = Counted()
        model = limited(inner, ModelOptions(concurrency=3, rpm=1), clock=asyncio.get_running_loop().time)
        tasks = [asyncio.ensure_future(model.send(request_for())) for _ in range(3)]
        await asyncio.sleep(5)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return inner.starts

    assert virtually(main) == pytest.approx([0.0, 60.0])


def test_texts_to_embed_are_tokens_too(virtually):
    inner = Counted()

    async def main():
        options = ModelOptions(concurrency=2, tpm=60)
        model = limited(inner, options, clock=asyncio.get_running_loop().time)
        request = Embed(texts=("x" * 30, "y" * 10))
        await asyncio.gather(model.send(request), model.send(request))

    virtually(main)
    assert inner.starts == [0.0, 10.0]
