"""The engine's core: jobs in, one record per planned sample out.

No globals and no pytest: the same function runs in this process, in a worker, or behind a service. All samples of
all jobs flow through one bounded window that slides (a slot that becomes free takes the next sample at once), so
concurrency never drains between subsets.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.run.listening import SEEN, Overheard, Witness
from pytest_evalscope.run.plan import Job
from pytest_evalscope.run.scoring import Scored, Scoring, Solved, Unit
from pytest_evalscope.types import Context, Message, Sample

if TYPE_CHECKING:
    from pytest_evalscope.folder.judge_log import Exchange

CHUNK = 256
"""Samples read at a time, in a thread: long enough to cost nothing, short enough to stay small in memory."""
CHUNK_TEXT = 4_000_000
"""Characters of text that end a chunk early: long contexts are read as they are asked, not hundreds ahead."""
SCORING = 4
"""Replies that may wait for their mark, for each place of the model's: a slow judge holds up nobody until then."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Every unit of the job has been handed out; `error` tells why its data could not be read to the end."""

    job: Job
    planned: int
    whole: int
    """Records that all shards together end in."""
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
    stopped: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Event]:
    """Yield a Scored for every planned sample, and an Ended for every job, until `jobs` is exhausted.

    At most `concurrency` samples wait for the model at a time, and `SCORING` times as many for a judge or a sandbox,
    which have their own limits and hold no place of the model's. `open_context` gives what a job's samples share
    (model, judges, sandbox), and its error ends the job. A sample without a reply after `sample_timeout` seconds is
    given up. Once `stopped` says so, no further sample is begun, and jobs that were cut off have no Ended. Records come
    in the order in which they end. Closing the iterator cancels whatever is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    scoring = Scoring(events.put_nowait, SCORING * concurrency)
    asking = [
        asyncio.create_task(part)
        for part in (
            _produce(jobs, units, events, source, open_context, concurrency, stopped),
            *(_work(units, scoring, sample_timeout, stopped) for _ in range(concurrency)),
        )
    ]
    both = [asyncio.create_task(part) for part in (scoring.close_after(asyncio.gather(*asking)), scoring.drain())]
    everything = asyncio.gather(*both)
    everything.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        everything.result()
    finally:
        for task in (*asking, *both):
            task.cancel()
        await asyncio.gather(*asking, *both, everything, return_exceptions=True)


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
                chunk, room = await asyncio.to_thread(_next_chunk, samples, digest)
                if not chunk:
                    break
                planned += await _hand_out(job, chunk, number, contexts, units)
                number += len(chunk)
                if room <= 0:
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
    """Queue the samples of a chunk, whose first has the running number `number`, and return how many units they are."""
    asked = 0
    for place, sample in enumerate(chunk, number):
        for repeat, context in enumerate(contexts if job.asks(sample) else ()):
            asked += 1
            await units.put((Unit(job, sample, place, repeat), context))
    return asked


async def _contexts(job: Job, common: Context, source: Source) -> list[Context]:
    """Return what the samples of a job share, for each repeat, once its scorer has what it needs."""
    ready = getattr(job.benchmark.score, "ready", None)
    if ready is not None:
        await ready(job.subset, common)
    shots = await asyncio.to_thread(job.benchmark.shots, job.subset, source)
    model = Witness(common.model)
    return [
        replace(common, model=model, params=job.params, shots=shots, repeat=repeat, seed=job.seed)
        for repeat in range(job.repeats)
    ]


def _next_chunk(samples: Iterator[Sample], digest: hashlib.blake2b) -> tuple[list[Sample], int]:
    """Return the next samples, none at the end, and the room that their text leaves of `CHUNK_TEXT`."""
    chunk: list[Sample] = []
    room = CHUNK_TEXT
    for sample in islice(samples, CHUNK):
        digest.update(sample.digest.encode())
        chunk.append(sample)
        room -= _text(sample)
        if room <= 0:
            break
    return chunk, room


def _text(sample: Sample) -> int:
    """Return about how many characters of text a sample holds."""
    said = [sample.input] if isinstance(sample.input, str) else [message.get("content") for message in sample.input]
    return sum(len(text) for text in (*said, *sample.metadata.values()) if isinstance(text, str))


async def _work(
    units: asyncio.Queue[tuple[Unit, Context] | None],
    scoring: Scoring,
    sample_timeout: float | None,
    stopped: Callable[[], bool],
) -> None:
    while (item := await units.get()) is not None:
        units.task_done()
        if not stopped():
            await scoring.start(await _solve(*item, sample_timeout))


async def _solve(unit: Unit, context: Context, sample_timeout: float | None) -> Solved:
    """Obtain the unit's reply; whatever goes wrong is an outcome and never an exception (cancelling aside)."""
    started = perf_counter()
    seen: list[tuple[Message, ...]] = []
    heard: list[Exchange] = []
    SEEN.set(seen)
    if context.judges:
        context = replace(context, judges=tuple(Overheard(judge, heard) for judge in context.judges))
    try:
        solving = unit.job.benchmark.solve(unit.sample, context)
        if sample_timeout is None:
            completion = await solving
        else:
            from pytest_evalscope.models.http.deadline import within

            complaint = f"sample: no reply within {sample_timeout:g} seconds (--eval-sample-timeout)"
            completion = await within(sample_timeout, solving, complaint)
    except Exception as failure:  # noqa: BLE001  # a user's own solver may raise anything; the sample keeps its record
        return Solved(unit, context, started, seen, heard, None, failure)
    return Solved(unit, context, started, seen, heard, completion, None)
