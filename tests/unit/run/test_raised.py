"""Whatever code of the user's raises, wherever it does: one record each, the others go on, and nothing hangs."""

import asyncio
import builtins
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.environments import in_process
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.models.providers.python import wrap_callable
from pytest_evalscope.run import Job
from pytest_evalscope.scorers import judge
from pytest_evalscope.solvers import agent
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Completion, Sample


class Own(BaseException):
    """A user's own kind of exception."""


class Wordless(Exception):
    """An exception that fails at its own text."""

    def __str__(self) -> str:
        raise ValueError("no text")


def group() -> BaseException:
    kind = getattr(builtins, "ExceptionGroup", ValueError)  # from Python 3.11 on
    return kind("several", [KeyError("b")]) if kind is not ValueError else ValueError("several")


KINDS: dict[str, Callable[[], BaseException]] = {
    "CancelledError": asyncio.CancelledError,
    "KeyboardInterrupt": KeyboardInterrupt,
    "GeneratorExit": GeneratorExit,
    "SystemExit": lambda: SystemExit(3),
    "StopIteration": lambda: StopIteration(3),
    "StopAsyncIteration": StopAsyncIteration,
    "MemoryError": MemoryError,
    "RecursionError": RecursionError,
    "Own": Own,
    "Wordless": Wordless,
    "ExceptionGroup": group,
    "Skipped": lambda: pytest.skip.Exception("not today"),
    "TimeoutError": asyncio.TimeoutError,
}
ROWS = [{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(5)]
FORMS = ["sync", "async"]


def raiser(make: Any, form: str, otherwise: Any = "4") -> Any:
    """Return a function that raises for the question `2 + 2` and returns `otherwise` for any other."""

    def sync(*given: Any, **named: Any) -> Any:
        if "2 + 2" in repr(given[:2]):
            raise make()
        return otherwise

    async def later(*given: Any, **named: Any) -> Any:
        await asyncio.sleep(0)
        return sync(*given)

    return sync if form == "sync" else later


def hits(**changes: Any) -> Benchmark:
    made = Benchmark(
        name="hits", data=Rows(ROWS), sample=lambda row: Sample(input=row["q"], target=row["a"]), score=lambda s, c: 1.0
    )
    return replace(made, **changes)


@pytest.fixture
def outcomes(open_run, make_job, adder):
    """Return a function that runs a benchmark beside a healthy one; it returns the scores of both."""

    def made(benchmark: Benchmark, model: Any = None, **fields: Any) -> Any:
        waits = iter(range(150))

        def tick() -> None:
            assert next(waits, None) is not None, "it hangs"

        run = open_run(**fields)
        hit = Job(benchmark=benchmark, subset="default", model="it", application=model or adder())
        healthy = make_job(adder(), 5)
        run.submit([hit, healthy])
        try:
            scores = run.result(hit, tick=tick)
        finally:
            assert dict(run.result(healthy, tick=tick).outcomes) == {"scored": 5}
        assert len(list(scores.samples)) == 5
        return scores

    return made


def one_failed(scores: Any, outcome: str, kind: str) -> None:
    assert dict(scores.outcomes) == {"scored": 4, outcome: 1}
    (failed,) = (record for record in scores.samples if record.outcome != "scored")
    if kind not in ("StopIteration", "StopAsyncIteration"):  # which a coroutine makes a RuntimeError of
        assert kind in failed.error or "several" in failed.error
    assert " at tests/unit/run/test_raised.py:" in failed.error


@pytest.mark.parametrize("timeout", [None, 30.0])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_an_application(outcomes, kind, form, timeout):
    model = wrap_callable("app", raiser(KINDS[kind], form))
    one_failed(outcomes(hits(), model, sample_timeout=timeout), "model_error", kind)


@pytest.mark.parametrize("timeout", [None, 30.0])
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_model(outcomes, adder, kind, timeout):
    model = adder(fail=raiser(KINDS[kind], "sync", None))
    scores = outcomes(hits(), model, sample_timeout=timeout)
    one_failed(scores, "model_error", kind)


@pytest.mark.parametrize("timeout", [None, 30.0])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_solver(outcomes, kind, form, timeout):
    solve = raiser(KINDS[kind], form, Completion(text="4"))

    async def awaited(sample, context):
        made = solve(sample)
        return await made if form == "async" else made

    one_failed(outcomes(hits(solve=awaited), sample_timeout=timeout), "model_error", kind)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_scorer(outcomes, kind, form):
    one_failed(outcomes(hits(score=raiser(KINDS[kind], form, 1.0))), "scorer_error", kind)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_tool_it_is_what_the_model_reads(outcomes, adder, kind, form):
    def look(question: str) -> str:
        """Look it up."""
        return str(raiser(KINDS[kind], "sync")(question))

    async def look_later(question: str) -> str:
        """Look it up."""
        return str(await raiser(KINDS[kind], "async")(question))

    class Calling(adder):  # type: ignore[valid-type,misc]  # the fixture is the class itself
        async def send(self, request):
            question = request.messages[0]["content"]
            if len(request.messages) > 1:
                return Completion(text="4")
            name = "look" if form == "sync" else "look_later"
            call = {"id": "a", "function": {"name": name, "arguments": json.dumps({"question": question})}}
            return Completion(text="", tool_calls=(call,), finish_reason="tool_calls")

    scores = outcomes(hits(solve=agent(tools=[look if form == "sync" else look_later])), Calling())
    assert dict(scores.outcomes) == {"scored": 5}


class World:
    """An environment that raises in the place that it is told."""

    tools = ()

    def __init__(self, place: str, make: Any, question: str = "") -> None:
        self.place, self.make, self.question = place, make, question

    async def start(self, sample, seed):
        made = World(self.place, self.make, sample.input)
        await made.reach("start")
        return made

    async def verdict(self):
        await self.reach("verdict")
        return {"success": True}

    async def aclose(self):
        await self.reach("aclose")

    async def reach(self, place: str) -> None:
        if place == self.place:
            await raiser(self.make, "async")(self.question)


@pytest.mark.parametrize("place", ["start", "verdict", "aclose"])
@pytest.mark.parametrize("kind", KINDS)
def test_in_an_environment(outcomes, kind, place, caplog):
    scores = outcomes(hits(environment=World(place, KINDS[kind])))
    if place == "aclose":
        assert dict(scores.outcomes) == {"scored": 5}
        assert "a session was not closed" in caplog.text
    else:
        one_failed(scores, "environment_error", kind)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_the_state_of_an_environment(outcomes, kind, form):
    scores = outcomes(hits(environment=in_process(raiser(KINDS[kind], form), tools=())))
    one_failed(scores, "environment_error", kind)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_in_a_judge(outcomes, kind, form, monkeypatch):
    told = raiser(KINDS[kind], form, '{"reason": "so", "verdict": "CORRECT"}')
    monkeypatch.setitem(sys.modules, "raising_judge", SimpleNamespace(answer=told))
    made = Benchmark(name="hits", data=Rows(ROWS), sample=lambda row: Sample(input=row["q"], target="4"), score=judge())
    scores = outcomes(made, judges=("python/raising_judge:answer",))
    assert dict(scores.outcomes) == {"scored": 4, "scorer_error": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_sample_function_it_is_an_error_of_the_benchmark(outcomes, kind):
    given = raiser(KINDS[kind], "sync", Sample(input="1 + 1"))
    with pytest.raises(
        EvalscopeError, match=r"hits/default: row 2 does not fit \(.* at tests/unit/run/test_raised.py:"
    ):
        outcomes(hits(sample=given))


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_rows_it_is_an_error_of_the_benchmark(outcomes, kind):
    class Generated:
        subsets = ("default",)

        def size(self, subset):
            return None

        def read(self, subset, *, part="eval", source):
            yield from ROWS[:2]
            raise KINDS[kind]()

    with pytest.raises(EvalscopeError, match="hits/default: its samples cannot be read"):
        outcomes(hits(data=Generated()))


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_metric_it_is_an_error_of_the_benchmark(outcomes, kind):
    def metric(columns):
        raise KINDS[kind]()

    with pytest.raises(EvalscopeError, match=r"^metric: a function of the benchmark raised .* at tests/.*py:"):
        outcomes(hits(metrics={"accuracy": mean("accuracy"), "own": metric}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["ready", "failed"])
def test_in_what_prepares_a_scorer_it_is_an_error_of_the_benchmark(outcomes, kind, place):
    class Odd:
        metrics = ("accuracy",)

        def __call__(self, sample, completion, context):
            raise ValueError("no score")

        def failed(self, sample):
            if place == "failed":
                raise KINDS[kind]()
            return {"accuracy": 0.0}

        async def ready(self, subset, context):
            if place == "ready":
                raise KINDS[kind]()

    with pytest.raises(EvalscopeError, match="hits"):
        outcomes(hits(score=Odd()))


def cancel_current() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


@pytest.mark.parametrize("place", ["solver", "scorer", "async scorer", "application"])
def test_code_that_cancels_the_task_it_runs_in_ends_no_other_sample(outcomes, place):
    async def cancels(sample, *others):
        if (place != "application" and sample.input == "2 + 2") or "2 + 2" in repr(sample):
            cancel_current()
        await asyncio.sleep(0)
        return Completion(text="4") if place == "solver" else "4" if place == "application" else 1.0

    async def and_returns(sample, context):
        cancel_current()
        return Completion(text="4")

    def at_once(sample, completion):
        cancel_current()
        return 1.0

    if place == "solver":
        one = outcomes(hits(solve=cancels))
        assert dict(one.outcomes) == {"scored": 4, "model_error": 1}
        assert dict(outcomes(hits(solve=and_returns)).outcomes) == {"scored": 5}
    elif place == "scorer":
        assert dict(outcomes(hits(score=at_once)).outcomes) == {"scored": 5}
    elif place == "async scorer":
        assert dict(outcomes(hits(score=cancels)).outcomes) == {"scored": 4, "scorer_error": 1}
    else:
        assert dict(outcomes(hits(), wrap_callable("app", cancels)).outcomes) == {"scored": 4, "model_error": 1}


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "SystemExit", "CancelledError"])
@pytest.mark.parametrize("timeout", [None, 30.0])
def test_a_task_of_the_users_own_that_raises_is_their_own_sample_alone(outcomes, kind, timeout):
    async def solve(sample, context):
        return await asyncio.ensure_future(raiser(KINDS[kind], "async", Completion(text="4"))(sample))

    one_failed(outcomes(hits(solve=solve), sample_timeout=timeout), "model_error", kind)


@pytest.mark.parametrize("returned", [None, "4", {"text": "4"}])
def test_a_solver_that_returns_no_completion_is_an_error_of_the_sample(outcomes, returned):
    async def solve(sample, context):
        return Completion(text="4") if sample.input != "2 + 2" else returned

    scores = outcomes(hits(solve=solve))
    assert dict(scores.outcomes) == {"scored": 4, "model_error": 1}
    (error,) = {record.error for record in scores.samples} - {""}
    assert error == f"solver: returned no Completion ({type(returned).__name__}); accepted: a Completion"


def test_cancelling_whoever_is_there_reaches_those_that_wait(open_run, make_job, adder):
    async def solve(sample, context):
        for task in asyncio.all_tasks():
            task.cancel()
        return Completion(text="4")

    with pytest.raises(EvalscopeError, match="engine: it ended with CancelledError"):
        open_run().result(make_job(adder(), 5, benchmark={"solve": solve}))


def test_code_that_stops_the_event_loop_stops_nothing(outcomes):
    async def solve(sample, context):
        asyncio.get_running_loop().stop()
        return await context.generate(({"role": "user", "content": "1 + 1"},))

    assert dict(outcomes(hits(solve=solve)).outcomes) == {"scored": 5}
