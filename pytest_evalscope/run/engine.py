"""The engine's core: jobs in, one record per planned sample out.

No globals and no pytest: the same function runs in this process, in a worker, or behind a service. All samples of
all jobs flow through one bounded window that slides (a slot that becomes free takes the next sample at once), so
concurrency never drains between subsets.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.run.listening import MediaDoor, Noted, overheard
from pytest_evalscope.run.scoring import Scored, Scoring, Solved, Unit
from pytest_evalscope.run.settings import MediaLimits

if TYPE_CHECKING:
    from pytest_evalscope.data import Source
    from pytest_evalscope.folder.judge_log import Exchange
    from pytest_evalscope.run.environments import Stay
    from pytest_evalscope.run.plan import Job
    from pytest_evalscope.types import Completion, Context, Environment, Sample, Session


CHUNK = 256
"""Samples read at a time, in a thread: long enough to cost nothing, short enough to stay small in memory."""
CHUNK_TEXT = 4_000_000
"""Characters of text and bytes of pictures that end a chunk early: what is large is read shortly before it is sent, not
hundreds of samples ahead."""
LIMITS = MediaLimits()
"""The limits of a run that names none."""
SCORING = 4
"""Completions that may wait for their score, per place of the model: until then a slow judge delays nothing."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Every unit of the job has been handed out; `error` is why its data could not be read to the end."""

    job: Job
    planned: int
    whole: int
    """Number of records of all shards together."""
    data_hash: str = ""
    """Over the samples of all shards, in order: equal hashes, equal data."""
    error: Exception | None = None


Event = Scored | Ended


async def run_jobs(
    jobs: AsyncIterable[Job],
    *,
    concurrency: int,
    source: Source,
    open_context: Callable[[Job], Context],
    sample_timeout: float | None = None,
    media: MediaLimits = LIMITS,
    stopped: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Event]:
    """Yield a Scored for every planned sample, and an Ended for every job, until `jobs` is exhausted.

    At most `concurrency` samples wait for the model at a time, and `SCORING` times as many for a judge or a sandbox,
    which have their own limits and take no place of the model's. `media` limits the pictures, sound and video that are
    sent. `open_context` gives what a job's samples share (model, judges, sandbox), and its error ends the job. A sample
    without a completion after `sample_timeout` seconds is given up. Its session in the benchmark's environment is
    closed once it is scored, or with the iterator. Once `stopped` returns true, no further sample is begun, and jobs
    that were cut off have no Ended. Records come in the order in which they end. Closing the iterator cancels whatever
    is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    scoring = Scoring(events.put_nowait, SCORING * concurrency)
    door = MediaDoor(media)
    stays: set[Stay] = set()
    solving = [
        asyncio.create_task(part)
        for part in (
            _produce(jobs, units, events, source, open_context, concurrency, stopped),
            *(_work(units, scoring, door, stays, sample_timeout, stopped) for _ in range(concurrency)),
        )
    ]
    both = [asyncio.create_task(part) for part in (scoring.close_after(asyncio.gather(*solving)), scoring.drain())]
    everything = asyncio.gather(*both)
    everything.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        everything.result()
    finally:
        for task in (*solving, *both):
            task.cancel()
        await asyncio.gather(*solving, *both, everything, return_exceptions=True)
        await asyncio.gather(*(stay.close() for stay in [*stays]))


async def _produce(
    jobs: AsyncIterable[Job],
    units: asyncio.Queue[tuple[Unit, Context] | None],
    events: asyncio.Queue[Event | None],
    source: Source,
    open_context: Callable[[Job], Context],
    concurrency: int,
    stopped: Callable[[], bool],
) -> None:
    async for job in jobs:
        if stopped():
            break
        planned = number = 0
        try:
            contexts = await _contexts(job, open_context(job), source)
            samples = job.samples(source)
            digest = hashlib.blake2b(digest_size=8)
            # Reading may mean downloading or decompressing: a thread keeps that off the loop.
            while not stopped():
                chunk, large = await asyncio.to_thread(_next_chunk, samples, digest)
                if not chunk:
                    break
                planned += await _hand_out(job, chunk, number, contexts, units)
                number += len(chunk)
                if large:
                    await units.join()  # no more are read before these have been taken up
        except (EvalscopeError, OSError) as error:
            events.put_nowait(Ended(job, planned, number * job.repeats, error=error))
        else:
            if not stopped():
                events.put_nowait(Ended(job, planned, number * job.repeats, digest.hexdigest()))
    for _ in range(concurrency):
        await units.put(None)


async def _hand_out(
    job: Job,
    chunk: Sequence[Sample],
    number: int,
    contexts: Sequence[Context],
    units: asyncio.Queue[tuple[Unit, Context] | None],
) -> int:
    """Queue the samples of a chunk, whose first has the running number `number`; return the number of units."""
    queued = 0
    for place, sample in enumerate(chunk, number):
        for repeat, context in enumerate(contexts if job.includes(sample) else ()):
            queued += 1
            await units.put((Unit(job, sample, place, repeat), context))
    return queued


async def _contexts(job: Job, common: Context, source: Source) -> list[Context]:
    """Return what the samples of a job share, for each repeat, once its scorer has what it needs."""
    ready = getattr(job.benchmark.score, "ready", None)
    if ready is not None:
        await ready(job.subset, common)
    shots = await asyncio.to_thread(job.benchmark.shots, job.subset, source)
    return [
        replace(common, params=job.params, shots=shots, repeat=repeat, seed=job.seed) for repeat in range(job.repeats)
    ]


def _next_chunk(samples: Iterator[Sample], digest: hashlib.blake2b) -> tuple[list[Sample], bool]:
    """Return the samples that are read at a time, and whether their size ended the chunk; no sample at the end."""
    chunk: list[Sample] = []
    room = CHUNK_TEXT
    for sample in islice(samples, CHUNK):
        digest.update(sample.digest.encode())
        chunk.append(sample)
        room -= _in_memory(sample)
        if room <= 0:
            break
    return chunk, room <= 0


def _in_memory(sample: Sample) -> int:
    """Return about how many characters and bytes of a sample are in memory: of a picture in a file, none."""
    size = len(sample.input) if isinstance(sample.input, str) else _size(sample.input)
    for part in (sample.metadata, sample.media, sample.choices, sample.target):
        if part:
            size += _size(part)
    return size


def _size(value: object) -> int:
    if isinstance(value, (str, bytes)):
        return len(value)
    size: int | None = getattr(value, "in_memory", None)  # of a Media, which a run of text does not import
    if size is not None:
        return size
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, (list, tuple)) else 0


async def _work(
    units: asyncio.Queue[tuple[Unit, Context] | None],
    scoring: Scoring,
    door: MediaDoor,
    stays: set[Stay],
    sample_timeout: float | None,
    stopped: Callable[[], bool],
) -> None:
    while (item := await units.get()) is not None:
        units.task_done()
        if not stopped():
            await scoring.start(await _solve(*item, door, stays, sample_timeout))


async def _solve(
    unit: Unit, shared: Context, door: MediaDoor, stays: set[Stay], sample_timeout: float | None
) -> Solved:
    """Obtain the unit's completion; whatever goes wrong is an outcome and never an exception (cancelling aside)."""
    started = perf_counter()
    noted = Noted([], set())
    heard: list[Exchange] = []
    judges = tuple(door.around(overheard(judge, heard)) for judge in shared.judges)
    context = replace(shared, model=door.around(shared.model, noted), judges=judges)
    stay = _begin_stay(unit.job.benchmark.environment, stays)
    completion: Completion | None = None
    failure: Exception | None = None
    try:
        solving = _completion(unit, context, stay)
        if sample_timeout is None:
            completion = await solving
        else:
            from pytest_evalscope.models.http.deadline import within

            complaint = f"sample: no completion within {sample_timeout:g} seconds (--eval-sample-timeout)"
            completion = await within(sample_timeout, solving, complaint)
    except Exception as error:  # noqa: BLE001  # a user's own solver may raise anything; the sample keeps its record
        failure = error
    session = _recorded(completion) if stay is None else stay.session
    if session is not None:
        context = replace(context, environment=session)
    return Solved(unit, context, started, noted, heard, completion, failure, stay)


def _recorded(completion: Completion | None) -> Session | None:
    """Return the recorded session of an earlier run; None without one."""
    if completion is None or completion.verdict is None:
        return None
    from pytest_evalscope.environments.recorded import Recorded

    return Recorded(completion.verdict)


def _begin_stay(environment: Environment | None, stays: set[Stay]) -> Stay | None:
    if environment is None:
        return None
    from pytest_evalscope.run.environments import begin_stay

    return begin_stay(environment, stays)


async def _completion(unit: Unit, context: Context, stay: Stay | None) -> Completion:
    if stay is not None:
        context = replace(context, environment=await stay.start(unit.sample, context))
    return await unit.job.benchmark.solve(unit.sample, context)
