"""Code of the user's that blocks the event loop, or does not end when it is cancelled: it is named, nothing hangs."""

import asyncio
import threading
from pathlib import Path

import pytest

from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.run import pulse, session
from pytest_evalscope.run.progress import lines_of
from pytest_evalscope.types import Completion, calls

HERE = "tests/unit/run/test_blocked.py"
LINE = Path(__file__).read_text(encoding="utf-8").splitlines().index("    go.wait(60)  # blocks") + 1


def held(go: threading.Event, begun: threading.Event) -> None:
    begun.set()
    go.wait(60)  # blocks


@pytest.fixture
def blocking(monkeypatch):
    """A solver that blocks at one sample until `go` is set, which is when the test ends at the latest."""

    class Blocking:
        def __init__(self):
            self.go, self.begun = threading.Event(), threading.Event()

        async def __call__(self, sample, context):
            if sample.input == "2 + 2":
                held(self.go, self.begun)
            return Completion(text=sample.target)

    monkeypatch.setattr(pulse, "BLOCKED", 0.02)
    monkeypatch.setattr(session, "BLOCKED", 0.02)
    monkeypatch.setattr(session, "TICK", 0.01)
    made = Blocking()
    yield made
    made.go.set()


def records(run) -> int:
    return sum(len(path.read_bytes().splitlines()) for path in run.folder.path.glob("reviews/*/*/*.jsonl"))


def test_progress_and_log_name_what_blocks_and_the_run_goes_on_after_it(open_run, make_job, adder, blocking, caplog):
    run, job = open_run(concurrency=1), make_job(adder(), 5, benchmark={"solve": blocking})
    said: list[str] = []

    def tick():
        said.extend(line.waiting for line in lines_of(run.tallies.values()) if line.waiting)
        if said:
            blocking.go.set()

    assert dict(run.result(job, tick=tick, every=0.01).outcomes) == {"scored": 5}
    assert said[0] == f"event loop: blocked for 0 s by {HERE}:{LINE}; call what blocks by asyncio.to_thread"
    assert [record.getMessage() for record in caplog.records] == [said[0]]
    assert run._pulse.problem() == ""


def test_a_loop_that_is_blocked_is_left_behind_with_its_records(open_run, make_job, adder, blocking):
    run, job = open_run(concurrency=1), make_job(adder(), 1000, benchmark={"solve": blocking})
    first = make_job(adder(), 3, benchmark={"name": "first"})
    assert run.result(first).outcomes == {"scored": 3}
    run.submit([job])
    assert blocking.begun.wait(60)
    run.finish_in_flight()
    run.close()
    assert run.left_behind.startswith(f"event loop: blocked for 0 s by {HERE}:{LINE}; ")
    assert records(run) == sum(tally.done for tally in run.tallies.values())
    blocking.go.set()
    run._thread.join()
    assert records(run) == sum(tally.done for tally in run.tallies.values()), "an old file was begun anew"
    run.close()


@pytest.mark.parametrize("unblocked", [False, True])
def test_beyond_the_time_of_a_sample_the_run_is_over(open_run, make_job, adder, blocking, monkeypatch, unblocked):
    monkeypatch.setattr(session, "PATIENCE", 0.05)
    run = open_run(concurrency=1, sample_timeout=0.05)
    job, later = make_job(adder(), 5, benchmark={"solve": blocking}), make_job(adder(), 5, benchmark={"name": "later"})
    run.submit([job])
    assert blocking.begun.wait(60)
    said = rf"event loop: blocked for 0 s by {HERE}:{LINE}; .*; --eval-sample-timeout is 0.05 s, so the run ends here"
    with pytest.raises(EvalscopeError, match=said):
        run.result(job, every=0.01)
    if unblocked:
        blocking.go.set()
        run._thread.join()
    with pytest.raises(EvalscopeError, match=said):
        run.result(later, every=0.01)
    with pytest.raises(EvalscopeError, match=said):
        run.call(asyncio.sleep(0))
    run.close()
    assert bool(run.left_behind) is not unblocked


def test_without_a_timeout_of_samples_a_call_waits_for_what_blocks(open_run, make_job, adder, blocking):
    run = open_run(concurrency=1)
    run.submit([make_job(adder(), 5, benchmark={"solve": blocking})])
    assert blocking.begun.wait(60)
    made = []
    waiter = threading.Thread(target=lambda: made.append(run.call(asyncio.sleep(0, "after it"))))
    waiter.start()
    blocking.go.set()
    waiter.join()
    assert made == ["after it"]


async def stubborn(sample, context):
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:  # what is tested
            pass


@pytest.fixture
def patiences(monkeypatch):
    """How long each was waited for that does not end; here it takes hardly any time."""
    waits = []
    wait = asyncio.wait

    def noted(tasks, *, timeout=None, **more):
        waits.extend([] if timeout is None else [timeout])
        return wait(tasks, timeout=None if timeout is None else timeout / 1000, **more)

    monkeypatch.setattr(asyncio, "wait", noted)
    return waits


def test_what_ignores_its_cancellation_is_waited_for_once_and_named(open_run, make_job, adder, patiences):
    run = open_run(concurrency=1, sample_timeout=7.0)
    scores = run.result(make_job(adder(), 3, benchmark={"solve": stubborn}))
    assert dict(scores.outcomes) == {"timeout": 3}
    place = f"{HERE}:{line_of('await asyncio.Event().wait()')}"
    (error,) = {record.error for record in scores.samples}
    assert error.startswith("sample: no completion within 7 seconds (--eval-sample-timeout); ")
    assert error.endswith(f"; it goes on at {place}, although it was cancelled")
    assert [each for each in patiences if each != 7.0] == [calls.PATIENCE, calls.BRIEF, calls.BRIEF]
    run.close()
    assert run.left_behind == f"engine: code at {place} was cancelled, and did not end"


def test_an_application_that_ignores_its_cancellation_is_named_through_what_calls_it(open_run, make_job, patiences):
    from pytest_evalscope.models.providers.python import wrap_callable

    async def application(messages):
        return await stubborn(messages, None)

    run = open_run(concurrency=1, sample_timeout=7.0)
    scores = run.result(make_job(wrap_callable("app", application), 1))
    assert f"it goes on at {HERE}:{line_of('await asyncio.Event().wait()')}" in scores.samples[0].error


def test_what_ignores_its_cancellation_does_not_keep_the_run_open(open_run, make_job, adder, patiences):
    begun = threading.Event()

    async def solve(sample, context):
        begun.set()
        await stubborn(sample, context)

    run = open_run(concurrency=4)
    run.submit([make_job(adder(), 10, benchmark={"solve": solve})])
    assert begun.wait(60)
    run.close()
    assert not run._thread.is_alive()
    assert patiences == [calls.PATIENCE]
    assert run.left_behind == (
        f"engine: code at {HERE}:{line_of('await asyncio.Event().wait()')} was cancelled, and did not end"
    )


def line_of(code: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return [each.strip() for each in lines].index(code) + 1


@pytest.mark.parametrize("place", ["sample", "to_thread"])
def test_a_thread_that_never_ends_holds_up_no_end(open_run, make_job, adder, place):
    begun, go = threading.Event(), threading.Event()

    def hangs(*_):
        begun.set()
        go.wait(60)

    async def solve(sample, context):
        return await asyncio.to_thread(hangs)

    others = set(threading.enumerate())  # of other tests, as the one that asks math-verify
    run = open_run()
    run.submit([make_job(adder(), 5, benchmark={"sample": hangs} if place == "sample" else {"solve": solve})])
    try:
        assert begun.wait(60)
        run.close()
        assert not run._thread.is_alive()
        assert not go.is_set()
        assert all(thread.daemon for thread in threading.enumerate() if thread not in others)
    finally:
        go.set()


class Kitchen:
    """An environment whose sessions have a verdict, or never give one."""

    tools = ()

    def __init__(self, hangs: bool = False) -> None:
        self.hangs = hangs
        self.closed = 0

    async def start(self, sample, seed):
        return self

    async def verdict(self):
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        return {}

    async def snapshot(self):
        return None

    async def aclose(self):
        self.closed += 1


@pytest.mark.parametrize("environment", [None, Kitchen()], ids=["alone", "in an environment"])
def test_a_scorer_that_never_returns_is_given_up_and_the_others_go_on(open_run, make_job, adder, environment):
    async def hangs(sample, completion):
        if sample.input == "2 + 2":
            await asyncio.Future()
        return True

    run = open_run(sample_timeout=0.3)
    scores = run.result(make_job(adder(), 5, benchmark={"score": hangs, "environment": environment}))
    assert dict(scores.outcomes) == {"scored": 4, "scorer_error": 1}
    place = f"{HERE}:{line_of('await asyncio.Future()')}"
    (error,) = (record.error for record in scores.samples if record.outcome == "scorer_error")
    assert error == (f"scorer: no score within 0.3 seconds (--eval-sample-timeout); it waited at {place}")


def test_an_environment_without_an_end_of_its_verdict_is_given_up(open_run, make_job, adder):
    run = open_run(sample_timeout=0.3)
    kitchen = Kitchen(hangs=True)
    scores = run.result(make_job(adder(), 1, benchmark={"environment": kitchen}))
    assert (dict(scores.outcomes), kitchen.closed) == ({"scorer_error": 1}, 1)
    assert f"waited at {HERE}:{line_of('await asyncio.get_running_loop().create_future()')}" in scores.samples[0].error


def test_a_scorer_that_cancels_itself_within_its_time_is_an_error_of_its_own(open_run, make_job, adder):
    async def cancels(sample, completion):
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    run = open_run(sample_timeout=60)
    assert dict(run.result(make_job(adder(), 3, benchmark={"score": cancels})).outcomes) == {"scorer_error": 3}
