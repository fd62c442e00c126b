"""A run that is interrupted: what is in flight comes back, unless somebody is in a hurry."""

import asyncio
import threading

import pytest

from pytest_evalscope.types import Completion


@pytest.fixture
def waiting():
    """A solver that replies once it is let go, and the samples it has begun."""

    class Waiting:
        def __init__(self):
            self.begun, self.both, self.go = [], threading.Event(), False

        async def __call__(self, sample, context):
            self.begun.append(sample.input)
            if len(self.begun) == 2:
                self.both.set()
            while not self.go:  # noqa: ASYNC110  # it is let go from another thread
                await asyncio.sleep(0)
            return Completion(text=str(sample.target))

    return Waiting()


class Idle:
    """In the place of a run's own: what happens while it waits."""

    def __init__(self, event, happens):
        self._event, self._happens = event, happens

    def wait(self, seconds):
        self._happens()
        return self._event.wait(seconds)

    def set(self):
        self._event.set()


def test_the_first_ctrl_c_waits_for_what_is_in_flight_and_begins_nothing_more(open_run, make_job, adder, waiting):
    run, job = open_run(concurrency=2), make_job(adder(), 1000, benchmark={"solve": waiting})
    run.submit([job])
    assert waiting.both.wait(30)
    run._idle = Idle(run._idle, lambda: setattr(waiting, "go", True))
    run.finish_in_flight()
    run.close()
    assert (len(waiting.begun), run.tallies[job.key].done) == (2, 2)
    assert not run.tallies[job.key].finished


def test_the_second_ctrl_c_stops_at_once(open_run, make_job, adder, waiting):
    def hurry():
        raise KeyboardInterrupt

    run, job = open_run(concurrency=2), make_job(adder(), 1000, benchmark={"solve": waiting})
    run.submit([job])
    assert waiting.both.wait(30)
    run._idle = Idle(run._idle, hurry)
    run.finish_in_flight()
    run.close()
    assert (len(waiting.begun), run.tallies[job.key].done) == (2, 0)
