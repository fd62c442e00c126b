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
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from time import perf_counter

from pytest_evalscope.benchmarks.benchmark import content_id
from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError, ModelError, ModelTimeout, ScorerError
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Completion, Context, Message, Model, Outcome, Record, Request, Sample, Score, clean

CHUNK = 256
"""Samples read at a time, in a thread: long enough to cost nothing, short enough to stay small in memory."""


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
    jobs: AsyncIterable[Job], *, concurrency: int, source: Source, open_model: Callable[[Job], Model]
) -> AsyncIterator[Event]:
    """Yield a Marked for every planned sample, and an Ended for every job, until `jobs` is exhausted.

    At most `concurrency` samples are worked on at a time. Records come in the order in which they end. Closing the
    iterator cancels whatever is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    producer = asyncio.create_task(_produce(jobs, units, events, source, open_model, concurrency))
    workers = [asyncio.create_task(_work(units, events)) for _ in range(concurrency)]
    everything = asyncio.gather(producer, *workers)
    everything.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        everything.result()
    finally:
        everything.cancel()
        with suppress(asyncio.CancelledError):
            await everything


async def _produce(
    jobs: AsyncIterable[Job],
    units: asyncio.Queue[tuple[Unit, Context] | None],
    events: asyncio.Queue[Event | None],
    source: Source,
    open_model: Callable[[Job], Model],
    concurrency: int,
) -> None:
    async for job in jobs:
        planned = 0
        try:
            model = open_model(job)
            shots = await asyncio.to_thread(job.benchmark.shots, job.subset, source)
            contexts = [
                Context(model=model, params=job.params, shots=shots, repeat=repeat, seed=job.seed)
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


async def _work(units: asyncio.Queue[tuple[Unit, Context] | None], events: asyncio.Queue[Event | None]) -> None:
    while (item := await units.get()) is not None:
        events.put_nowait(await answer(*item))


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


async def answer(unit: Unit, shared: Context) -> Marked:
    """Return the unit's record; whatever goes wrong is an outcome and never an exception (cancelling aside)."""
    started = perf_counter()
    benchmark, sample = unit.job.benchmark, unit.sample
    seen: list[tuple[Message, ...]] = []
    context = Context(
        model=_Witness(shared.model, seen),
        params=shared.params,
        shots=shared.shots,
        repeat=unit.repeat,
        seed=shared.seed,
    )
    completion: Completion | None = None
    score: Score | None = None
    outcome: Outcome
    error, attempts = "", 0
    try:
        completion = await benchmark.solve(sample, context)
    except ModelError as failure:
        outcome = "timeout" if isinstance(failure, ModelTimeout) else "model_error"
        error, attempts = _sentence(failure), failure.attempts
    except Exception as failure:  # noqa: BLE001  # a user's own solver may raise anything; the sample keeps its record
        outcome, error = "model_error", _sentence(failure)
    else:
        attempts = 0 if completion.cached else completion.attempts
        try:
            marks = benchmark.score(sample, completion, context)
            score = await marks if inspect.isawaitable(marks) else marks
            _check(score, benchmark.score.metrics)
            outcome = "no_answer" if score.answer is None else "scored"
        except Exception as failure:  # noqa: BLE001  # the same, for a user's own scorer
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
        seconds=perf_counter() - started,
    )
    return Marked(unit, record, seen[0] if seen else ())


def _check(score: Score, metrics: tuple[str, ...]) -> None:
    for name in metrics:
        value = score.values.get(name)
        if value is None or not isfinite(value):
            raise ScorerError(f"score: the metric {name!r} is {value!r}; a scorer gives a finite number for each")


def _sentence(failure: Exception) -> str:
    text = str(failure) if isinstance(failure, EvalscopeError) else f"{type(failure).__name__}: {failure}"
    return clean(" ".join(text.split()))[:500]
