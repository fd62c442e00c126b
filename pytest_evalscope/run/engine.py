"""The engine's core: jobs in, one record per planned sample out.

No globals and no pytest: the same function runs in this process, in a worker, or behind a service. All samples of
all jobs flow through one bounded window that slides (a slot that becomes free takes the next sample at once), so
concurrency never drains between subsets.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter

from pytest_evalscope.benchmarks.benchmark import content_id
from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.models.deadline import within
from pytest_evalscope.run.marking import Marked, Marking, Solved, Unit
from pytest_evalscope.run.plan import Job
from pytest_evalscope.types import Completion, Context, Message, Model, Request, Sample

CHUNK = 256
"""Samples read at a time, in a thread: long enough to cost nothing, short enough to stay small in memory."""
MARKING = 4
"""Replies that may wait for their mark, for each place of the model's: a slow judge holds up nobody until then."""


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
    stopped: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Event]:
    """Yield a Marked for every planned sample, and an Ended for every job, until `jobs` is exhausted.

    At most `concurrency` samples wait for the model at a time, and `MARKING` times as many for a judge or a sandbox,
    which have their own limits and hold no place of the model's. `open_context` gives what a job's samples share
    (model, judges, sandbox), and its error ends the job. A sample without a reply after `sample_timeout` seconds is
    given up. Once `stopped` says so, no further sample is begun, and jobs that were cut off have no Ended. Records come
    in the order in which they end. Closing the iterator cancels whatever is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    marking = Marking(events.put_nowait, MARKING * concurrency)
    asking = [
        asyncio.create_task(part)
        for part in (
            _produce(jobs, units, events, source, open_context, concurrency, stopped),
            *(_work(units, marking, sample_timeout, stopped) for _ in range(concurrency)),
        )
    ]
    both = [asyncio.create_task(part) for part in (marking.close_after(asyncio.gather(*asking)), marking.drain())]
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
            while not stopped() and (chunk := await asyncio.to_thread(_next_chunk, samples, digest)):
                for sample in chunk:
                    for repeat, context in enumerate(contexts):
                        planned += 1
                        await units.put((Unit(job, sample, number, repeat), context))
                    number += 1
        except (EvalscopeError, OSError) as error:
            events.put_nowait(Ended(job, planned, error=error))
        else:
            if not stopped():
                events.put_nowait(Ended(job, planned, digest.hexdigest()))
    for _ in range(concurrency):
        await units.put(None)


def _next_chunk(samples: Iterator[Sample], digest: hashlib.blake2b) -> list[Sample]:
    chunk = list(islice(samples, CHUNK))
    for sample in chunk:
        digest.update(content_id(sample).encode())
    return chunk


async def _work(
    units: asyncio.Queue[tuple[Unit, Context] | None],
    marking: Marking,
    sample_timeout: float | None,
    stopped: Callable[[], bool],
) -> None:
    while (item := await units.get()) is not None:
        if not stopped():
            await marking.start(await _solve(*item, sample_timeout))


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


async def _solve(unit: Unit, shared: Context, sample_timeout: float | None) -> Solved:
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
        return Solved(unit, context, started, seen, None, failure)
    return Solved(unit, context, started, seen, completion, None)
