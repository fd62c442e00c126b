"""The engine's core: jobs in, one record per planned sample out.

No globals and no pytest: the same function runs in this process, in a worker, or behind a service. All samples of
all jobs flow through one bounded window that slides (a slot that becomes free takes the next sample at once), so
concurrency never drains between subsets.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from math import isfinite
from time import perf_counter

from pytest_evalscope.benchmarks.benchmark import content_id
from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError, ModelError, ModelTimeout, ScorerError
from pytest_evalscope.models.deadline import within
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Completion, Context, Message, Model, Outcome, Record, Request, Sample, Score, clean

CHUNK = 256
"""Samples read at a time, in a thread: long enough to cost nothing, short enough to stay small in memory."""


MARKING = 4
"""Replies that may wait for their mark, for each place of the model's: a slow judge holds up nobody until then."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One planned sample and repeat of a job."""

    job: Job
    sample: Sample
    number: int
    """The running number of the sample within its job; repeats share it."""
    repeat: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A unit that has its record. `messages` is the last prompt that was sent for it."""

    unit: Unit
    record: Record
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Every unit of the job has been handed out; `error` tells why its data could not be read to the end."""

    job: Job
    planned: int
    data_hash: str = ""
    """Over the samples that were asked, in order: equal hashes, equal data."""
    error: Exception | None = None


Event = Marked | Ended


async def run_jobs(
    jobs: AsyncIterable[Job],
    *,
    concurrency: int,
    source: Source,
    open_context: Callable[[Job], Context],
    sample_timeout: float | None = None,
) -> AsyncIterator[Event]:
    """Yield a Marked for every planned sample, and an Ended for every job, until `jobs` is exhausted.

    At most `concurrency` samples wait for the model at a time, and `MARKING` times as many for a judge or a sandbox,
    which have their own limits and hold no place of the model's. `open_context` gives what a job's samples share
    (model, judges, sandbox), and its error ends the job. A sample without a reply after `sample_timeout` seconds is
    given up. Records come in the order in which they end. Closing the iterator cancels whatever is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    marking = _Marking(events, MARKING * concurrency)
    producer = asyncio.create_task(_produce(jobs, units, events, source, open_context, concurrency))
    workers = [asyncio.create_task(_work(units, marking, sample_timeout)) for _ in range(concurrency)]
    everything = asyncio.create_task(_all_of(asyncio.gather(producer, *workers), marking))
    everything.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        everything.result()
    finally:
        everything.cancel()
        with suppress(asyncio.CancelledError):
            await everything


async def _all_of(asking: asyncio.Future[list[None]], marking: _Marking) -> None:
    try:
        await asking
        await marking.finish()
    finally:
        asking.cancel()
        await marking.cancel()


async def _produce(
    jobs: AsyncIterable[Job],
    units: asyncio.Queue[tuple[Unit, Context] | None],
    events: asyncio.Queue[Event | None],
    source: Source,
    open_context: Callable[[Job], Context],
    concurrency: int,
) -> None:
    async for job in jobs:
        planned = 0
        try:
            common = open_context(job)
            shots = await asyncio.to_thread(job.benchmark.shots, job.subset, source)
            contexts = [
                replace(common, params=job.params, shots=shots, repeat=repeat, seed=job.seed)
                for repeat in range(job.repeats)
            ]
            samples = job.samples(source)
            digest = hashlib.blake2b(digest_size=8)
            number = 0
            # Reading may mean downloading or decompressing: a thread keeps that off the loop.
            while chunk := await asyncio.to_thread(_next_chunk, samples, digest):
                for sample in chunk:
                    for repeat, context in enumerate(contexts):
                        planned += 1
                        await units.put((Unit(job, sample, number, repeat), context))
                    number += 1
        except (EvalscopeError, OSError) as error:
            events.put_nowait(Ended(job, planned, error=error))
        else:
            events.put_nowait(Ended(job, planned, digest.hexdigest()))
    for _ in range(concurrency):
        await units.put(None)


def _next_chunk(samples: Iterator[Sample], digest: hashlib.blake2b) -> list[Sample]:
    chunk = list(islice(samples, CHUNK))
    for sample in chunk:
        digest.update(content_id(sample).encode())
    return chunk


async def _work(
    units: asyncio.Queue[tuple[Unit, Context] | None], marking: _Marking, sample_timeout: float | None
) -> None:
    while (item := await units.get()) is not None:
        await marking.start(await _solve(*item, sample_timeout))


class _Marking:
    """Replies on their way to a mark, at most `most` at a time.

    Each is marked in a task of its own: it holds no place of the model's, and when many replies arrive at once the
    next requests are sent before the first of them is marked.
    """

    def __init__(self, events: asyncio.Queue[Event | None], most: int) -> None:
        self._events = events
        self._room = asyncio.Semaphore(most)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, solved: _Solved) -> None:
        await self._room.acquire()
        task = asyncio.create_task(self._mark(solved))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _mark(self, solved: _Solved) -> None:
        try:
            self._events.put_nowait(await _mark(solved))
        finally:
            self._room.release()

    async def finish(self) -> None:
        await asyncio.gather(*self._tasks)

    async def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Witness:
    """A model that remembers the last prompt it was asked, for the run folder."""

    model: Model
    seen: list[tuple[Message, ...]]

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def identity(self) -> Mapping[str, object]:
        return self.model.identity

    async def generate(self, request: Request) -> Completion:
        self.seen[:] = (request.messages,)
        return await self.model.generate(request)

    async def aclose(self) -> None:
        await self.model.aclose()


@dataclass(frozen=True, slots=True)
class _Solved:
    """A unit that has its reply, or the error that came instead."""

    unit: Unit
    context: Context
    started: float
    seen: list[tuple[Message, ...]]
    completion: Completion | None
    failure: Exception | None


async def _solve(unit: Unit, shared: Context, sample_timeout: float | None) -> _Solved:
    """Obtain the unit's reply; whatever goes wrong is an outcome and never an exception (cancelling aside)."""
    started = perf_counter()
    seen: list[tuple[Message, ...]] = []
    context = replace(shared, model=_Witness(shared.model, seen))
    try:
        solving = unit.job.benchmark.solve(unit.sample, context)
        if sample_timeout is None:
            completion = await solving
        else:
            complaint = f"sample: no reply within {sample_timeout:g} seconds (--eval-sample-timeout)"
            completion = await within(sample_timeout, solving, complaint)
    except Exception as failure:  # noqa: BLE001  # a user's own solver may raise anything; the sample keeps its record
        return _Solved(unit, context, started, seen, None, failure)
    return _Solved(unit, context, started, seen, completion, None)


async def _mark(solved: _Solved) -> Marked:
    """Return the unit's record; whatever a scorer raises is an outcome too."""
    unit, completion = solved.unit, solved.completion
    benchmark, sample = unit.job.benchmark, unit.sample
    score: Score | None = None
    outcome: Outcome
    error, attempts = "", 0
    if completion is None:
        failure = solved.failure
        assert failure is not None
        outcome = "timeout" if isinstance(failure, ModelTimeout) else "model_error"
        error, attempts = _sentence(failure), failure.attempts if isinstance(failure, ModelError) else 0
    else:
        attempts = 0 if completion.cached else completion.attempts
        try:
            marks = benchmark.score(sample, completion, solved.context)
            score = await marks if inspect.isawaitable(marks) else marks
            _check(score, benchmark.score.metrics)
            outcome = "no_answer" if score.answer is None else "scored"
        except Exception as failure:  # noqa: BLE001  # a user's own scorer may raise anything as well
            outcome, error, score = "scorer_error", _sentence(failure), None
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
        error=error,
        group=sample.group,
        target=sample.target,
        attempts=attempts,
        seconds=perf_counter() - solved.started,
    )
    return Marked(unit, record, solved.seen[0] if solved.seen else ())


def _check(score: Score, metrics: tuple[str, ...]) -> None:
    for name in metrics:
        value = score.values.get(name)
        if value is None or not isfinite(value):
            raise ScorerError(f"score: the metric {name!r} is {value!r}; a scorer gives a finite number for each")


def _sentence(failure: Exception) -> str:
    text = str(failure) if isinstance(failure, EvalscopeError) else f"{type(failure).__name__}: {failure}"
    return clean(" ".join(text.split()))[:500]
