"""The engine owns environments: started first, closed in every outcome, and never a score from a broken one."""

import asyncio
import logging
from typing import Any

import pytest

from pytest_evalscope.environments import in_process, sandboxed
from pytest_evalscope.errors import EnvironmentFailed, ModelError, SandboxError
from pytest_evalscope.folder.lines import read_lines
from pytest_evalscope.run.environments import Stay as OneStay
from pytest_evalscope.run.environments import begin_stay
from pytest_evalscope.sandbox import problem_here
from pytest_evalscope.scorers import environment_verdict
from pytest_evalscope.solvers import agent
from pytest_evalscope.types import Chat, Completion, Context, Sample, Score


class Log:
    """An environment that notes what happens to it, and breaks where it is told to."""

    def __init__(self, fails: str = "", error: BaseException | None = None) -> None:
        self.fails, self.error = fails, error or ValueError("torn")
        self.events: list[tuple[str, str]] = []
        self.seeds: list[int] = []

    async def start(self, sample: Sample, seed: int) -> "Stay":
        self.seeds.append(seed)
        stay = Stay(self, str(sample.input))
        await stay.note("start")
        return stay

    def of(self, question: str) -> list[str]:
        return [what for what, asked in self.events if asked == question]


class Stay:
    tools = ()

    def __init__(self, log: Log, question: str) -> None:
        self.log, self.question = log, question

    async def note(self, what: str) -> None:
        await asyncio.sleep(0)
        self.log.events.append((what, self.question))
        if self.log.fails == what:
            raise self.log.error

    async def verdict(self) -> Any:
        await self.note("verdict")
        return {"accuracy": 1}

    async def snapshot(self) -> None:
        await self.note("snapshot")

    async def aclose(self) -> None:
        await self.note("close")


async def acts(sample, context):
    assert context.environment.question == sample.input
    await context.environment.note("solve")
    return await context.generate(({"role": "user", "content": sample.input},))


class Reads:
    """A scorer that asks the environment itself."""

    metrics = ("accuracy",)

    async def __call__(self, sample, completion, context):
        await context.environment.note("score")
        found = await context.environment.verdict()
        assert completion.verdict == {"accuracy": 1}
        return Score(values={"accuracy": float(found["accuracy"])}, answer=completion.text)

    def failed(self, sample):
        return {"accuracy": 0.0}


def test_a_session_lives_from_before_the_solver_until_after_the_scorer(open_run, make_job, adder):
    log = Log()
    run = open_run()
    scores = run.result(
        make_job(adder(), 3, benchmark={"solve": acts, "score": Reads(), "environment": log}, repeats=2)
    )
    assert (scores.accuracy, scores.outcomes) == (1.0, {"scored": 6})
    assert sorted(log.of("1 + 1")) == sorted(["start", "solve", "verdict", "score", "verdict", "close"] * 2)
    assert set(log.seeds) == {42, 43}, "each repeat has a seed of its own"
    for record in scores.samples:
        assert set(record.environment) == {"start", "close"}
        assert all(seconds >= 0 for seconds in record.environment.values())


@pytest.mark.parametrize(("fails", "outcome"), [
    ("start", "environment_error"), ("solve", "model_error"), ("verdict", "environment_error"),
    ("score", "scorer_error"),
])  # fmt: skip
def test_whatever_breaks_there_is_no_score_and_it_is_closed(open_run, make_job, adder, fails, outcome):
    log = Log(fails)
    scores = open_run().result(make_job(adder(), 2, benchmark={"solve": acts, "score": Reads(), "environment": log}))
    assert dict(scores.outcomes) == {outcome: 2}
    assert scores.accuracy == 0.0
    for record in scores.samples:
        assert "torn" in record.error
        assert record.values == {"accuracy": 0.0}
    assert log.of("1 + 1").count("close") == (0 if fails == "start" else 1), "what did not start has nothing to close"
    assert "score" not in log.of("1 + 1") or fails == "score"


def test_the_sentence_says_what_broke(open_run, make_job, adder):
    job = make_job(adder(), 1, benchmark={"solve": acts, "score": Reads(), "environment": Log("start")})
    (record,) = open_run().result(job).samples
    assert record.error == "environment: start failed (ValueError: torn at tests/unit/run/test_environments.py:48)"


@pytest.mark.parametrize("where", ["solve", "score"])
def test_an_environment_that_breaks_on_the_way_is_no_fault_of_the_model(open_run, make_job, adder, where):
    log = Log(where, EnvironmentFailed("environment: gone"))
    scores = open_run().result(make_job(adder(), 1, benchmark={"solve": acts, "score": Reads(), "environment": log}))
    assert dict(scores.outcomes) == {"environment_error": 1}
    assert log.of("0 + 0")[-1] == "close"


def test_a_verdict_of_another_form_is_no_verdict(open_run, make_job, adder):
    environment = in_process(lambda sample, seed: object(), tools=(), verdict=lambda state, sample: [1])
    job = make_job(adder(), 1, benchmark={"score": environment_verdict(), "environment": environment, "metrics": {},
                                          "primary_metric": ""})  # fmt: skip
    (record,) = open_run().result(job).samples
    assert (record.outcome, record.error) == (
        "environment_error", "environment: its verdict is no mapping (list); accepted: a mapping, or None",
    )  # fmt: skip


def test_a_session_that_is_not_closed_well_is_told_and_keeps_its_score(open_run, make_job, adder, caplog):
    job = make_job(adder(), 1, benchmark={"solve": acts, "score": Reads(), "environment": Log("close")})
    with caplog.at_level(logging.WARNING):
        scores = open_run().result(job)
    assert dict(scores.outcomes) == {"scored": 1}
    assert [entry.message for entry in caplog.records] == [
        "environment: a session was not closed (ValueError: torn at tests/unit/run/test_environments.py:48)"
    ]


def test_a_filtered_completion_is_not_judged(open_run, make_job, adder):
    async def filtered(sample, context):
        return Completion(text="", finish_reason="content_filter")

    log = Log()
    scores = open_run().result(
        make_job(adder(), 1, benchmark={"solve": filtered, "score": Reads(), "environment": log})
    )
    assert (dict(scores.outcomes), log.of("0 + 0")) == ({"filtered": 1}, ["start", "close"])


def test_it_is_closed_after_a_timeout(open_run, make_job, adder):
    async def hangs(sample, context):
        await asyncio.Event().wait()

    log = Log()
    run = open_run(sample_timeout=0.05)
    scores = run.result(make_job(adder(), 2, benchmark={"solve": hangs, "score": Reads(), "environment": log}))
    assert dict(scores.outcomes) == {"timeout": 2}
    assert log.of("0 + 0") == ["start", "close"]


@pytest.mark.parametrize("where", ["solve", "score"])
def test_it_is_closed_when_the_run_is_broken_off(open_run, make_job, adder, where):
    log = Log()
    reached = asyncio.Event()

    async def solves(sample, context):
        if where == "solve":
            reached.set()
            await asyncio.Event().wait()
        return Completion(text="4")

    class Waits(Reads):
        async def __call__(self, sample, completion, context):
            reached.set()
            await asyncio.Event().wait()

    run = open_run(concurrency=2)
    run.submit([make_job(adder(), 5, benchmark={"solve": solves, "score": Waits(), "environment": log})])
    run.call(reached.wait())
    run.close()
    begun = [asked for what, asked in log.events if what == "start"]
    assert begun
    assert sorted(begun) == sorted(asked for what, asked in log.events if what == "close")


def test_a_close_goes_on_to_its_end_when_whoever_awaits_it_is_cancelled():
    done = []

    class Slow(Stay):
        async def aclose(self):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            done.append(self.question)

    class Made(Log):
        async def start(self, sample, seed):
            return Slow(self, sample.input)

    async def run():
        stays: set[OneStay] = set()
        stay = begin_stay(Made(), stays)
        assert stays == {stay}
        await stay.start(Sample(input="?"), Context(model=None))  # type: ignore[arg-type]  # no model is asked
        closing = asyncio.ensure_future(stay.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        assert done == []
        await stay.close()
        await stay.close()
        assert done == ["?"]
        assert stays == set()

    asyncio.run(run())


def test_the_prompt_is_written_once_and_the_trajectory_after_it(open_run, make_job):
    def add(a: int, b: int) -> int:
        return a + b

    class Caller:
        name, identity, can = "caller", {"caller": 1}, frozenset({Chat})

        async def send(self, request):
            if len(request.messages) > 1:
                return Completion(text="2")
            arguments = '{"a": 1, "b": 1}'
            return Completion(text="", tool_calls=({"id": "c", "function": {"name": "add", "arguments": arguments}},))

        async def aclose(self):
            """Hold nothing."""

    run = open_run()
    scores = run.result(make_job(Caller(), 2, benchmark={"solve": agent(tools=[add])}))
    assert scores.accuracy == 0.5
    (path,) = (run.folder.path / "predictions").rglob("*.jsonl")
    run.close()
    for _, line in read_lines(path):
        assert [said["role"] for said in line["messages"]] == ["user"]
        assert [said["role"] for said in line["completion"]["trajectory"]] == ["assistant", "tool", "assistant"]
        assert "turns" not in line["completion"]


def test_a_sample_that_failed_on_the_way_shows_what_was_sent_last(open_run, make_job):
    class Breaks:
        name, identity, can = "breaks", {"breaks": 1}, frozenset({Chat})

        async def send(self, request):
            if len(request.messages) > 1:
                raise ModelError("gone")
            return Completion(text="", tool_calls=({"id": "c", "function": {"name": "x", "arguments": "{}"}},))

        async def aclose(self):
            """Hold nothing."""

    run = open_run()
    run.result(make_job(Breaks(), 1, benchmark={"solve": agent(tools=[abs_of])}))
    (path,) = (run.folder.path / "predictions").rglob("*.jsonl")
    run.close()
    (line,) = [line for _, line in read_lines(path)]
    assert [said["role"] for said in line["messages"]] == ["user", "assistant", "tool"]


def abs_of(number: int) -> int:
    return abs(number)


def test_an_environment_that_needs_the_sandbox_has_the_run_s(open_run, make_job, adder):
    if problem_here("unsafe") is not None:
        pytest.skip("the system has no sandbox to run it in")

    async def judged(session, sample):
        return {"success": (await session.exec("cat a")).stdout == "one"}

    fields = {"environment": sandboxed(files={"a": "one"}, verdict=judged), "score": environment_verdict(),
              "metrics": {}, "primary_metric": ""}  # fmt: skip
    scores = open_run(sandbox="unsafe").result(make_job(adder(), 2, benchmark=fields))
    assert (scores.success, dict(scores.outcomes)) == (1.0, {"scored": 2})
    model = adder()
    with pytest.raises(SandboxError, match="code of the model may not run"):
        open_run(sandbox="off").result(make_job(model, 2, benchmark=fields))
    assert model.asked == []
