"""Scoring: from a completion to the record of its sample, out of the way of requests."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_evalscope.errors import (
    BudgetSpent,
    ContentFiltered,
    EnvironmentFailed,
    EvalscopeError,
    ModelError,
    ModelTimeout,
    ScorerError,
    causes_of,
    from_outside,
    is_interrupt,
    one_line,
    outcome_of,
)
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context, Message, Outcome, Record, Sample, Score, clean

if TYPE_CHECKING:
    from pytest_evalscope.benchmarks import Benchmark
    from pytest_evalscope.folder.judge_log import Exchange
    from pytest_evalscope.run.environments import Stay
    from pytest_evalscope.run.listening import Noted
    from pytest_evalscope.run.plan import Job


AT_ONCE = 8
"""Completions scored in one turn of the loop: well under a millisecond, for which an arriving response may wait."""
Given = Score | BaseException | None
"""A score, or what the scorer raised; None without a completion to score."""
_FILTERED = "model: the endpoint's content filter cut the completion off, or withheld it"


class Unit(NamedTuple):
    """One planned sample and repeat of a job."""

    job: Job
    sample: Sample
    number: int
    """The running number of the sample within its job; repeats share it."""
    repeat: int


class Scored(NamedTuple):
    """A unit that has its record. `messages` is the prompt that was sent for it: the last one, or the one before a
    trajectory.
    """

    unit: Unit
    record: Record
    messages: tuple[Message, ...]
    exchanges: list[Exchange]
    """Exchanges with judges, in the order in which they ended."""
    failure: BaseException | None = None
    """The exception behind a record without a score."""
    spoilt: EvalscopeError | None = None
    """Reason for having no scores of the job at all: its scorer does not say what a sample without a score counts."""


class Solved(NamedTuple):
    """A unit that has its completion, or the error that came instead."""

    unit: Unit
    context: Context
    started: float
    noted: Noted
    heard: list[Exchange]
    completion: Completion | None
    failure: BaseException | None
    stay: Stay | None = None
    """Its time in the benchmark's environment, which ends with the score."""


class Scoring:
    """Completions on their way to a score, at most `most` at a time; each leaves through `put` as a Scored.

    One that is awaited for more than `timeout` seconds is given up: waiting for a judge's or the sandbox's turn counts.

    A completion that waits for its score takes no place of the model's, and requests go first: as long as responses
    arrive, their successors are sent and nothing is scored. So a burst of responses does not leave the endpoint idle.
    """

    def __init__(self, put: Callable[[Scored], None], most: int, timeout: float | None) -> None:
        self._put = put
        self._timeout = timeout
        self._room = asyncio.Semaphore(most)
        """A place that becomes free wakes the one that waits longest, and no other in vain."""
        self._many = most // 2
        self._waiting: deque[Solved] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self.ending = False
        """True once the run is cut off. A CancelledError before that is the doing of a user's own code."""
        self._judged: set[asyncio.Task[None]] = set()

    async def start(self, solved: Solved) -> None:
        """Hand over a completion; waits while there are too many."""
        await self._room.acquire()
        self._waiting.append(solved)
        self._arrived.set()

    async def close_after(self, solving: asyncio.Future[list[None]]) -> None:
        """Let `drain` end once every sample is solved."""
        await solving
        self._closed = True
        self._arrived.set()

    async def drain(self) -> None:
        """Score whatever is handed over, until closed."""
        try:
            while self._waiting or not self._closed:
                try:
                    if not self._waiting:
                        await self._arrived.wait()
                    # One turn of the loop; if it brought completions, then another: until none, or too many wait.
                    self._arrived.clear()
                    await asyncio.sleep(0)
                except asyncio.CancelledError:
                    self.refuse_end()
                if not self._arrived.is_set() or len(self._waiting) > self._many:
                    for _ in range(min(AT_ONCE, len(self._waiting))):
                        self._take(self._waiting.popleft())
            await asyncio.gather(*self._judged)
        finally:
            for task in self._judged:
                task.cancel()

    def refuse_end(self) -> None:
        """Raise CancelledError once the run is cut off; one before that has ended no more than what raised it."""
        if self.ending:
            raise asyncio.CancelledError

    def _take(self, solved: Solved) -> None:
        if solved.stay is not None:
            self._begin(self._leave(solved, solved.stay))
            return
        given = _score(solved)
        if not isinstance(given, Score) and inspect.isawaitable(given):
            self._begin(self._judge(solved, given))
        else:
            self._end(solved, given)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._judged.add(task)
        task.add_done_callback(self._judged.discard)

    async def _leave(self, solved: Solved, stay: Stay) -> None:
        """Read the environment's verdict, then score, then close it."""
        left = solved

        async def given() -> Given:
            nonlocal left
            if _has_answer(solved):
                assert solved.completion is not None
                left = solved._replace(completion=replace(solved.completion, verdict=await stay.verdict()))
            found = _score(left)
            return await _awaited(found) if inspect.isawaitable(found) else found

        try:
            made = await self._in_time(given())
        finally:
            await stay.close()
        self._end(left, made)

    async def _judge(self, solved: Solved, given: Awaitable[Score]) -> None:
        self._end(solved, await self._in_time(_awaited(given)))

    async def _in_time(self, given: Awaitable[Given]) -> Given:
        """Return what a user's own scorer gives or raises; the error that says so where its time is over."""

        async def caught() -> Given:
            try:
                return await given
            except BaseException as failure:  # noqa: BLE001  # as in _score
                self._refuse(failure)
                return failure

        try:
            if self._timeout is None:
                return await caught()
            from pytest_evalscope.models.http.deadline import within

            complaint = f"scorer: no score within {self._timeout:g} seconds (--eval-sample-timeout)"
            return await within(self._timeout, caught(), complaint, error=ScorerError, located=True)
        except (ScorerError, asyncio.CancelledError) as failure:
            if isinstance(failure, asyncio.CancelledError):
                self.refuse_end()
            return failure

    def _refuse(self, failure: BaseException) -> None:
        """Raise what is no failure of a user's own code: the end of the run, a real Ctrl-C."""
        if isinstance(failure, asyncio.CancelledError):
            self.refuse_end()
        elif from_outside(failure):
            raise failure

    def _end(self, solved: Solved, given: Given) -> None:
        self._room.release()
        self._put(_scored(solved, given))


def _score(solved: Solved) -> Awaitable[Score] | Given:
    """Return what the scorer gives or raises, or what is to be awaited for that."""
    if not _has_answer(solved):
        return None
    assert solved.completion is not None
    try:
        made = solved.unit.job.benchmark.score(solved.unit.sample, solved.completion, solved.context)
    except BaseException as failure:  # a user's own scorer may raise anything; the sample keeps its record
        if is_interrupt(failure):
            raise
        return failure
    return made if not isinstance(made, Score) and inspect.isawaitable(made) else _returned(made)


async def _awaited(given: Awaitable[Score]) -> Score | ScorerError:
    return _returned(await given)


def _returned(made: object) -> Score | ScorerError:
    """Return the score, or the error of a scorer that returned anything else."""
    if isinstance(made, Score):
        return made
    return ScorerError(f"scorer: returned no Score ({type(made).__name__}); accepted: a Score")


def _has_answer(solved: Solved) -> bool:
    """Return whether a completion is there to be scored."""
    return solved.completion is not None and solved.completion.finish_reason != "content_filter"


def _scored(solved: Solved, given: Given) -> Scored:
    """Return the unit's record."""
    unit, completion = solved.unit, solved.completion
    benchmark, sample = unit.job.benchmark, unit.sample
    score, problem = _checked(given, benchmark.score.metrics)
    values, spoilt = (score.values, None) if score is not None else _unscored(benchmark, sample)
    outcome: Outcome
    if completion is None:
        assert solved.failure is not None
        outcome, problem = _lost(solved.failure), _sentence(solved.failure)
        attempts = solved.failure.attempts if isinstance(solved.failure, ModelError) else 0
    else:
        attempts = 0 if completion.cached else completion.attempts
        outcome = _outcome(completion, score, given)
        problem = _FILTERED if outcome == "filtered" else problem
    record = Record(
        benchmark=benchmark.name,
        subset=unit.job.subset,
        model=unit.job.model,
        sample_id=sample.id,
        repeat=unit.repeat,
        outcome=outcome,
        values=values,
        answer=None if score is None or score.answer is None else clean(score.answer),
        explanation="" if score is None else clean(score.explanation),
        completion=completion,
        error=problem,
        group=sample.group,
        target=sample.target,
        attempts=attempts,
        seconds=perf_counter() - solved.started,
        verdicts={} if score is None else score.verdicts,
        resized=len(solved.noted.smaller),
        environment={} if solved.stay is None else solved.stay.seconds,
    )
    failure = solved.failure if completion is None else given if isinstance(given, BaseException) else None
    return Scored(unit, record, _prompt(solved), solved.heard, failure, spoilt)


def _prompt(solved: Solved) -> tuple[Message, ...]:
    """Return the prompt for the record. Where a trajectory follows, the last one would repeat nearly all of it."""
    whole = solved.completion is not None and bool(solved.completion.trajectory)
    prompts = solved.noted.prompts
    return prompts[0 if whole else -1] if prompts else ()


def _over_budget(failure: object) -> bool:
    """Return whether the budget stopped a request to a model, or to a judge behind the scorer's own error."""
    causes = causes_of(failure) if isinstance(failure, BaseException) else ()
    return any(isinstance(each, BudgetSpent) for each in causes)


def _lost(failure: BaseException) -> Outcome:
    if _over_budget(failure):
        return "not_asked"
    if isinstance(failure, EnvironmentFailed):
        return "environment_error"
    if isinstance(failure, ContentFiltered):
        return "filtered"
    return "timeout" if isinstance(failure, ModelTimeout) else "model_error"


def _outcome(completion: Completion, score: Score | None, given: object) -> Outcome:
    if completion.finish_reason == "content_filter":
        return "filtered"
    if score is None and _over_budget(given):
        return "not_asked"
    if score is None:
        return "environment_error" if isinstance(given, EnvironmentFailed) else "scorer_error"
    if completion.finish_reason == "length":
        return "truncated"
    return "no_answer" if score.answer is None else "scored"


def _checked(given: Given, metrics: tuple[str, ...]) -> tuple[Score | None, str]:
    """Return the score if it is whole, else the reason for none."""
    if given is None or isinstance(given, BaseException):
        return None, "" if given is None else _sentence(given)
    try:
        _refuse_values(given.values, metrics)
        for verdict in (each for said in given.verdicts.values() for each in said):
            if not isinstance(verdict, str) and not isfinite(verdict):
                raise ScorerError(f"score: a verdict is {verdict!r}; accepted: a label or a finite number")
        if len({len(said) for said in given.verdicts.values()}) > 1:
            raise ScorerError("score: its judges gave different numbers of verdicts; accepted: as many from each")
        texts: tuple[object, ...] = (given.explanation, "" if given.answer is None else given.answer)
        for text in texts:
            if not isinstance(text, str):
                raise ScorerError(f"score: its answer or explanation is no text ({text!r}); accepted: a text")
    except Exception as failure:  # noqa: BLE001  # a user's own scorer may return anything
        return None, _sentence(failure)
    return given, ""


def _refuse_values(values: Mapping[str, float], metrics: tuple[str, ...]) -> None:
    """Raise ScorerError where a metric has no finite number, or what comes besides is none."""
    for name in metrics if len(values) == len(metrics) else dict.fromkeys((*metrics, *values)):
        value = values.get(name)
        if value is None or not isfinite(value):
            raise ScorerError(f"score: the metric {name!r} is {value!r}; accepted: a finite number for each")


def _unscored(benchmark: Benchmark, sample: Sample) -> tuple[Mapping[str, float], EvalscopeError | None]:
    """Return the values of a sample without a score; with an error where the scorer's own `failed` gives none."""
    metrics = benchmark.score.metrics
    values, failure = outcome_of(failed_values, benchmark.score, sample)
    if failure is None:
        try:
            _refuse_values(values, metrics)
        except Exception as error:  # noqa: BLE001  # a user's own may return anything
            failure = error
        else:
            return values, None
    return dict.fromkeys(metrics, 0.0), ScorerError(
        f"{benchmark.name}: what a sample without a score counts is not known: `failed` of its scorer gave none "
        f"({one_line(failure)})"
    )


def _sentence(failure: BaseException) -> str:
    return clean(one_line(failure))
