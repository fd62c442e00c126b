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
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_evalscope.benchmarks.benchmark import examples_of
from pytest_evalscope.errors import DataError, EvalscopeError, ModelError, described, from_outside
from pytest_evalscope.run.listening import MediaDoor, Noted, overheard
from pytest_evalscope.run.scoring import Scored, Scoring, Solved, Unit
from pytest_evalscope.run.settings import MediaLimits
from pytest_evalscope.types import Completion, Usage
from pytest_evalscope.types.calls import give_up, in_thread
from pytest_evalscope.types.completion import misfit

if TYPE_CHECKING:
    from pytest_evalscope.data import Source
    from pytest_evalscope.folder.judge_log import Exchange
    from pytest_evalscope.run.environments import Stay
    from pytest_evalscope.run.plan import Job
    from pytest_evalscope.types import Context, Environment, Sample, Session

T = TypeVar("T")
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
    error: EvalscopeError | None = None
    own_examples: int = 0
    """Number of samples that were among the few-shot examples, and are left out of their own."""


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
    without a completion after `sample_timeout` seconds is given up, and so is its score after as many. Its session in
    the benchmark's environment is closed once it is scored, or with the iterator. Once `stopped` returns true, no
    further sample is begun, and jobs that were cut off have no Ended. Records come in the order in which they end.
    Closing the iterator cancels whatever is in flight.
    """
    units: asyncio.Queue[tuple[Unit, Context] | None] = asyncio.Queue(maxsize=2 * CHUNK)
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    scoring = Scoring(events.put_nowait, SCORING * concurrency, sample_timeout)
    door = MediaDoor(media)
    stays: set[Stay] = set()
    solving = [
        asyncio.create_task(part)
        for part in (
            _produce(jobs, units, events, source, open_context, concurrency, stopped, scoring),
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
        scoring.ending = True
        await give_up(*solving, *both, everything)
        await asyncio.gather(*(stay.close() for stay in [*stays]))


async def _produce(
    jobs: AsyncIterable[Job],
    units: asyncio.Queue[tuple[Unit, Context] | None],
    events: asyncio.Queue[Event | None],
    source: Source,
    open_context: Callable[[Job], Context],
    concurrency: int,
    stopped: Callable[[], bool],
    scoring: Scoring,
) -> None:
    async for job in jobs:
        if stopped():
            break
        reading = _Reading(job)
        try:
            await _read_all(reading, units, source, open_context, stopped)
        except BaseException as error:  # a user's own data, `sample` or scorer may raise anything
            if scoring.ending or from_outside(error):
                raise
            events.put_nowait(replace(reading.ended(), data_hash="", error=_of_job(job, error)))
        else:
            if not stopped():
                events.put_nowait(reading.ended())
    for _ in range(concurrency):
        await units.put(None)


class _Reading:
    """The samples of a job while they are read."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.planned = self.number = self.own_examples = 0
        self.digest = hashlib.blake2b(digest_size=8)

    def ended(self) -> Ended:
        """Return what is known of the job once its samples are read."""
        return Ended(
            self.job,
            self.planned,
            self.number * self.job.repeats,
            self.digest.hexdigest(),
            own_examples=self.own_examples,
        )


async def _read_all(
    reading: _Reading,
    units: asyncio.Queue[tuple[Unit, Context] | None],
    source: Source,
    open_context: Callable[[Job], Context],
    stopped: Callable[[], bool],
) -> None:
    """Queue all samples of a job."""
    job = reading.job
    contexts, shots = await _contexts(job, open_context(job), source)
    examples = frozenset(shot.digest for shot in shots[: job.benchmark.few_shot])
    samples = job.samples(source)
    # Reading may mean downloading or decompressing: a thread keeps that off the loop.
    more = True
    while more and not stopped():
        chunk, large = await _in_thread(_next_chunk, samples, reading.digest)
        more = large or len(chunk) == CHUNK  # fewer end the data, so that most subsets take one thread
        for sample in chunk:
            if job.includes(sample):
                own = sample.digest in examples
                reading.own_examples += own
                for repeat, context in enumerate(_without(sample, contexts, shots) if own else contexts):
                    reading.planned += 1
                    await units.put((Unit(job, sample, reading.number, repeat), context))
            reading.number += 1
        if large:
            await units.join()  # no more are read before these have been taken up


async def _in_thread(function: Callable[..., T], *args: Any) -> T:
    """Return what a function returns in a thread. Raises what it does, which a future would not always hand on."""
    made, failure = await in_thread(partial(function, *args))
    if isinstance(failure, StopIteration):
        raise RuntimeError(f"StopIteration: {failure}") from failure
    if failure is not None:
        raise failure
    result: T = made
    return result


def _of_job(job: Job, error: BaseException) -> EvalscopeError:
    """Return the error of a job whose samples could not all be read."""
    if isinstance(error, EvalscopeError):
        return error
    made = DataError(f"{job.benchmark.name}/{job.subset}: its samples cannot be read ({described(error)})")
    made.__cause__ = error
    return made


async def _contexts(job: Job, common: Context, source: Source) -> tuple[list[Context], Sequence[Sample]]:
    """Return what the samples of a job share, for each repeat, once its scorer has what it needs; all examples, too."""
    ready = getattr(job.benchmark.score, "ready", None)
    if ready is not None:
        await ready(job.subset, common)
    shots = await _in_thread(partial(job.benchmark.shots, job.subset, source, spare=1))
    common = replace(common, params=job.params, shots=shots[: job.benchmark.few_shot], seed=job.seed)
    return [replace(common, repeat=repeat) for repeat in range(job.repeats)], shots


def _without(sample: Sample, contexts: Sequence[Context], shots: Sequence[Sample]) -> list[Context]:
    """Return the contexts of a sample that is among the few-shot examples: it is not an example of its own."""
    return [replace(context, shots=examples_of(sample, shots, len(context.shots))) for context in contexts]


def _next_chunk(samples: Iterator[Sample], digest: hashlib.blake2b) -> tuple[list[Sample], bool]:
    """Return the samples that are read at a time, and whether their size ended the chunk; no sample at the end."""
    chunk: list[Sample] = []
    room = CHUNK_TEXT
    for sample in islice(samples, CHUNK):
        digest.update(sample.digest.encode())
        chunk.append(sample)
        try:
            room -= _in_memory(sample)
        except RecursionError:
            raise DataError(f"sample {sample.id}: nested too deeply; accepted: at most some hundred levels") from None
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
    solved: Solved | None = None
    while True:
        try:
            if solved is not None:
                await scoring.start(solved)
                solved = None
            if (item := await units.get()) is None:
                return
            units.task_done()
            if not stopped():
                solved = await _solve(*item, door, stays, sample_timeout, scoring)
        except asyncio.CancelledError:  # a solver may cancel the task that it runs in
            if scoring.ending:
                raise


async def _solve(
    unit: Unit, shared: Context, door: MediaDoor, stays: set[Stay], sample_timeout: float | None, scoring: Scoring
) -> Solved:
    """Obtain the unit's completion; whatever goes wrong is an outcome and never an exception (the run's end aside)."""
    started = perf_counter()
    noted = Noted([], set())
    heard: list[Exchange] = []
    judges = tuple(door.around(overheard(judge, heard)) for judge in shared.judges)
    context = replace(shared, model=door.around(shared.model, noted), judges=judges)
    stay = _begin_stay(unit.job.benchmark.environment, stays)
    made: Completion | BaseException
    try:
        solving = _completion(unit, context, stay)
        if sample_timeout is None:
            made = await solving
        else:
            from pytest_evalscope.models.http.deadline import within

            complaint = f"sample: no completion within {sample_timeout:g} seconds (--eval-sample-timeout)"
            made = await within(sample_timeout, solving, complaint)
    except (EvalscopeError, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError):
            scoring.refuse_end()
        made = error
    completion, failure = (made, None) if isinstance(made, Completion) else (None, made)
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


async def _completion(unit: Unit, context: Context, stay: Stay | None) -> Completion | BaseException:
    """Return the completion, or what a user's own solver raised: a task that raised it might end the event loop."""
    solve = unit.job.benchmark.solve
    try:
        if stay is not None:
            context = replace(context, environment=await stay.start(unit.sample, context))
        made = await solve(unit.sample, context)
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        if from_outside(error):
            raise
        return error
    if type(made) is Completion and type(made.text) is str and made.context is None and type(made.usage) is Usage:
        return made
    return _looked_at(made)


def _looked_at(made: object) -> Completion | ModelError:
    """Return a completion of an unusual form, or the error of what is none."""
    if not isinstance(made, Completion):
        return ModelError(f"solver: returned no Completion ({type(made).__name__}); accepted: a Completion")
    problem = misfit(made)
    return ModelError(f"completion: its {problem}") if problem else made
