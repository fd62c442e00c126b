"""Scoring: from a completion to the record of its sample, out of the way of those who ask."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from pytest_evalscope.errors import (
    BudgetSpent,
    ContentFiltered,
    EvalscopeError,
    ModelError,
    ModelTimeout,
    ScorerError,
)
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Completion, Context, Message, Outcome, Record, Sample, Score, clean

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange

AT_ONCE = 8
"""Replies marked in one turn of the loop: well under a millisecond, which a reply that arrives may have to wait."""
_FILTERED = "model: the endpoint's content filter cut the reply off, or withheld it"


class Unit(NamedTuple):
    """One planned sample and repeat of a job."""

    job: Job
    sample: Sample
    number: int
    """The running number of the sample within its job; repeats share it."""
    repeat: int


class Scored(NamedTuple):
    """A unit that has its record. `messages` is the last prompt that was sent for it."""

    unit: Unit
    record: Record
    messages: tuple[Message, ...]
    exchanges: list[Exchange]
    """With judges, in the order in which they ended."""


class Solved(NamedTuple):
    """A unit that has its reply, or the error that came instead."""

    unit: Unit
    context: Context
    started: float
    seen: list[tuple[Message, ...]]
    heard: list[Exchange]
    completion: Completion | None
    failure: Exception | None


class Scoring:
    """Replies on their way to a mark, at most `most` at a time; each leaves through `put` as a Scored.

    A reply that waits for its mark holds no place of the model's, and requests go first: as long as replies arrive,
    their successors are sent and nothing is marked. So a burst of replies does not leave the endpoint idle.
    """

    def __init__(self, put: Callable[[Scored], None], most: int) -> None:
        self._put = put
        self._room = asyncio.Semaphore(most)
        """A place that becomes free wakes the one who waits longest, and nobody in vain."""
        self._many = most // 2
        self._waiting: deque[Solved] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._judged: set[asyncio.Task[None]] = set()

    async def start(self, solved: Solved) -> None:
        """Hand over a reply; waits while there are too many."""
        await self._room.acquire()
        self._waiting.append(solved)
        self._arrived.set()

    async def close_after(self, asking: asyncio.Future[list[None]]) -> None:
        """Let `drain` end once everything has been asked."""
        await asking
        self._closed = True
        self._arrived.set()

    async def drain(self) -> None:
        """Mark whatever is handed over, until closed."""
        try:
            while self._waiting or not self._closed:
                if not self._waiting:
                    await self._arrived.wait()
                # One turn of the loop; if it brought replies, then another: until it brings none, or too many wait.
                self._arrived.clear()
                await asyncio.sleep(0)
                if not self._arrived.is_set() or len(self._waiting) > self._many:
                    for _ in range(min(AT_ONCE, len(self._waiting))):
                        self._take(self._waiting.popleft())
            await asyncio.gather(*self._judged)
        finally:
            for task in self._judged:
                task.cancel()

    def _take(self, solved: Solved) -> None:
        marks = _score(solved)
        if not isinstance(marks, Score) and inspect.isawaitable(marks):
            task = asyncio.ensure_future(self._judge(solved, marks))
            self._judged.add(task)
            task.add_done_callback(self._judged.discard)
        else:
            self._end(solved, marks)

    async def _judge(self, solved: Solved, marks: Awaitable[Score]) -> None:
        try:
            made: Score | Exception = await marks
        except Exception as failure:  # noqa: BLE001  # as in _marks
            made = failure
        self._end(solved, made)

    def _end(self, solved: Solved, marks: Score | Exception | None) -> None:
        self._room.release()
        self._put(_scored(solved, marks))


def _score(solved: Solved) -> Score | Awaitable[Score] | Exception | None:
    """Return what the scorer gives or raises; None when there is no reply to mark."""
    if solved.completion is None or solved.completion.finish_reason == "content_filter":
        return None
    try:
        return solved.unit.job.benchmark.score(solved.unit.sample, solved.completion, solved.context)
    except Exception as failure:  # noqa: BLE001  # a user's own scorer may raise anything; the sample keeps its record
        return failure


def _scored(solved: Solved, marks: Score | Exception | None) -> Scored:
    """Return the unit's record."""
    unit, completion = solved.unit, solved.completion
    benchmark, sample = unit.job.benchmark, unit.sample
    score, problem = _checked(marks, benchmark.score.metrics)
    outcome: Outcome
    if completion is None:
        assert solved.failure is not None
        outcome, problem = _lost(solved.failure), _sentence(solved.failure)
        attempts = solved.failure.attempts if isinstance(solved.failure, ModelError) else 0
    else:
        attempts = 0 if completion.cached else completion.attempts
        outcome = "not_asked" if score is None and _over_budget(marks) else _outcome(completion, score)
        problem = _FILTERED if outcome == "filtered" else problem
    record = Record(
        benchmark=benchmark.name,
        subset=unit.job.subset,
        model=unit.job.model,
        sample_id=sample.id,
        repeat=unit.repeat,
        outcome=outcome,
        values=benchmark.score.failed(sample) if score is None else score.values,
        answer=None if score is None or score.answer is None else clean(score.answer),
        explanation="" if score is None else clean(score.explanation),
        completion=completion,
        error=problem,
        group=sample.group,
        target=sample.target,
        attempts=attempts,
        seconds=perf_counter() - solved.started,
        verdicts={} if score is None else score.verdicts,
    )
    return Scored(unit, record, solved.seen[0] if solved.seen else (), solved.heard)


def _over_budget(failure: object) -> bool:
    """Whether it was the budget that kept a model, or a judge behind the scorer's own error, from being asked."""
    while isinstance(failure, BaseException) and not isinstance(failure, BudgetSpent):
        failure = failure.__cause__
    return isinstance(failure, BudgetSpent)


def _lost(failure: Exception) -> Outcome:
    if _over_budget(failure):
        return "not_asked"
    if isinstance(failure, ContentFiltered):
        return "filtered"
    return "timeout" if isinstance(failure, ModelTimeout) else "model_error"


def _outcome(completion: Completion, score: Score | None) -> Outcome:
    if completion.finish_reason == "content_filter":
        return "filtered"
    if score is None:
        return "scorer_error"
    if completion.finish_reason == "length":
        return "truncated"
    return "no_answer" if score.answer is None else "scored"


def _checked(marks: Score | Exception | None, metrics: tuple[str, ...]) -> tuple[Score | None, str]:
    """Return the score if it is whole, else why there is none."""
    if marks is None or isinstance(marks, Exception):
        return None, "" if marks is None else _sentence(marks)
    try:
        for name in metrics:
            value = marks.values.get(name)
            if value is None or not isfinite(value):
                raise ScorerError(f"score: the metric {name!r} is {value!r}; a scorer gives a finite number for each")
        for verdict in (each for said in marks.verdicts.values() for each in said):
            if not isinstance(verdict, str) and not isfinite(verdict):
                raise ScorerError(f"score: a verdict is {verdict!r}; a judge says a label or a finite number")
        if len({len(said) for said in marks.verdicts.values()}) > 1:
            raise ScorerError("score: its judges gave different numbers of verdicts; each says as much as the others")
    except Exception as failure:  # noqa: BLE001  # a user's own scorer may return anything
        return None, _sentence(failure)
    return marks, ""


def _sentence(failure: Exception) -> str:
    text = str(failure) if isinstance(failure, EvalscopeError) else f"{type(failure).__name__}: {failure}"
    return clean(" ".join(text.split()))[:500]
