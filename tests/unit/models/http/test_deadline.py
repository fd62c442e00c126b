"""Work that must be done in time, in virtual time."""

import asyncio

import pytest

from pytest_evalscope.errors import ModelTimeout
from pytest_evalscope.models.http.deadline import within


class Work:
    """Takes some seconds, then returns or raises; knows whether it was cancelled."""

    def __init__(self, seconds, error=None):
        self.seconds, self.error, self.cancelled = seconds, error, False

    async def __call__(self):
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.error is not None:
            raise self.error
        return "done"


def test_what_is_done_in_time_is_returned(virtually):
    assert virtually(lambda: within(5, Work(4)(), "late")) == "done"


def test_what_is_late_is_cancelled(virtually):
    work = Work(6)
    with pytest.raises(ModelTimeout, match=r"^late$"):
        virtually(lambda: within(5, work(), "late"))
    assert work.cancelled


@pytest.mark.parametrize("error", [asyncio.TimeoutError("own"), ValueError("own")])
def test_an_error_of_its_own_stays_what_it_is(virtually, error):
    with pytest.raises(type(error), match="own"):
        virtually(lambda: within(5, Work(1, error)(), "late"))


def test_cancelling_reaches_the_work(virtually):
    work = Work(4)

    async def main():
        task = asyncio.create_task(within(5, work(), "late"))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    virtually(main)
    assert work.cancelled
