"""An open run: the run folder, the resources, and the thread whose event loop drives them.

The doors (plugin, command line) live in ordinary threads; everything asynchronous lives in the one background
thread here. `submit` hands over jobs, `result` waits for one, `call` runs a coroutine.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_evalscope.errors import EvalscopeError, described, traceback_of
from pytest_evalscope.folder.jobs import JobManifest, write_job_manifest
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.records import RecordWriter
from pytest_evalscope.folder.samples import samples_of
from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.run.engine import Ended, Event, run_jobs
from pytest_evalscope.run.job_manifests import manifest_of
from pytest_evalscope.run.plan import Job, require_same
from pytest_evalscope.run.pulse import BLOCKED, Pulse
from pytest_evalscope.run.resources import Resources
from pytest_evalscope.run.scoring import Scored
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.types import Model, Scores
from pytest_evalscope.types.calls import PATIENCE, DaemonThreads, left_on
from pytest_evalscope.types.names import JobKey

if TYPE_CHECKING:
    from pytest_evalscope.run.replay import Completions

T = TypeVar("T")
FLUSH = 1.0
"""Seconds between two flushes of the run folder's files."""
TICK = 0.2
"""Seconds between two checks while waiting for a result."""
GRACE = 30.0
"""Seconds for which an interrupted run waits for requests in flight: their completions are paid for."""
CLOSING = 60.0
"""Seconds that everything in flight, environments and models may take to close, before they are left behind."""


class Run:
    """One process's part of a run. Close it, or use it in a `with`.

    `models` are those that are not opened by the name they go by here; they are closed with the run. With `rescores`,
    recorded completions are scored whichever version of a benchmark they are of.
    """

    def __init__(
        self,
        settings: Settings,
        folder: RunFolder,
        *,
        workers: int = 1,
        models: Mapping[str, Model] = MappingProxyType({}),
        rescores: bool = False,
    ) -> None:
        self.settings = settings
        self._rescores = rescores
        self.folder = folder
        self.resources = Resources(settings, folder, workers, models)
        self.tallies: dict[JobKey, Tally] = {}
        """In the order of submission."""
        self._results: dict[JobKey, Future[Scores]] = {}
        self._recorded: dict[JobKey, Completions] = {}
        self._manifests: dict[JobKey, JobManifest] = {}
        """Manifests of jobs whose data has been read, until they are done."""
        self._writer = RecordWriter(folder)
        self._loop = asyncio.new_event_loop()
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._thread = threading.Thread(target=self._drive, name="evalscope-engine", daemon=True)
        self._consumer: asyncio.Task[None] | None = None
        self._crash: BaseException | None = None
        self._blocked: EvalscopeError | None = None
        """The crash, where that is code which blocked the event loop."""
        self._stopped = False
        self._closing = False
        self._idle = threading.Event()
        """Set once nothing is in flight and nothing will be."""
        self._loop.set_default_executor(DaemonThreads())
        self._pulse = Pulse(self._loop, self._thread)
        self._ending: Future[None] | None = None
        """The end of the engine, once it has begun."""
        self.left_behind = ""
        """Code of the user's that did not end when the run was closed, as a sentence; empty if all has ended."""
        # What is loaded by now stays: without this the collector walks over it again and again (a third of the time
        # that a burst of responses takes, in a process that runs pytest).
        gc.freeze()
        self._thread.start()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, jobs: Iterable[Job]) -> None:
        """Queue jobs in this order; one that is queued already is left where it is. Raises as `require_same`."""
        for job in jobs:
            if job.key in self.tallies:
                require_same(self.tallies[job.key].job, job)
            else:
                tally = self.tallies[job.key] = Tally(job)
                tally.waiting = partial(self._waiting, job)
                future = self._results[job.key] = Future()
                try:
                    queued = self._as_recorded(job)
                except EvalscopeError as error:
                    future.set_exception(error)
                else:
                    with suppress(RuntimeError):  # the engine has ended, and `result` raises why
                        self._loop.call_soon_threadsafe(self._jobs.put_nowait, queued)

    def _waiting(self, job: Job) -> str:
        """Return what the requests of a job wait for; "" for nothing."""
        return self._pulse.problem() or self.resources.waiting(job)

    def _as_recorded(self, job: Job) -> Job:
        """Return the job as it is run: with the completions of a run folder, where one is named.

        A job that is made of those completions has none of its own: judges that are named judge it as ever.
        """
        if self.settings.run_dir is None or (job.derived and self.settings.judges):
            return job

        from pytest_evalscope.run.replay import replayed

        made, self._recorded[job.key] = replayed(
            job, RunFolder(self.settings.run_dir), self.settings.judges, rescores=self._rescores
        )
        return made

    def result(self, job: Job, *, tick: Callable[[], None] | None = None, every: float = TICK) -> Scores:
        """Wait for a job and return its scores; `tick` is called every `every` seconds meanwhile.

        Raises DataError when the job's data cannot be read, StorageError when the disk is full, or whatever else ended
        the engine: code that blocks its event loop far beyond the time of a sample, too.
        """
        self.submit([job])
        future = self._results[job.key]
        while True:
            if self._crash is not None and not future.done():
                if isinstance(self._crash, EvalscopeError):
                    raise self._crash
                raise EvalscopeError(f"engine: it ended with {described(self._crash)}") from self._crash
            try:
                return future.result(every)
            except FutureTimeout:
                if future.done():
                    raise
                self._watch(every)
                if tick is not None:
                    tick()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the engine's loop and return what it returns. Raises EvalscopeError as `result` does."""
        if self._blocked is not None:
            coroutine.close()
            raise self._blocked
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        while self._blocked is None:
            try:
                return future.result(TICK)
            except FutureTimeout:
                if future.done():
                    raise
                self._watch(TICK)
        raise self._blocked

    def _watch(self, waited: float) -> None:
        """Note that a wait was in vain, and end the run where code blocks the loop beyond the time of a sample.

        Nothing can end that code but itself, and nothing else goes on meanwhile.
        """
        silent, timeout = self._pulse.feel(waited), self.settings.sample_timeout
        if timeout is not None and silent >= timeout + PATIENCE and self._crash is None:
            problem = self._pulse.problem()
            if problem:
                self._crash = self._blocked = EvalscopeError(
                    f"{problem}; --eval-sample-timeout is {timeout:g} s, so the run ends here",
                    hint="an application that is a plain function has a thread of its own; a scorer has none",
                )
                self._begin_end()

    def finish_in_flight(self) -> None:
        """Begin nothing more, and wait for what is in flight, for `GRACE` seconds or until another Ctrl-C.

        Nothing can come back through an event loop that is blocked.
        """
        self._stopped = True
        self._loop.call_soon_threadsafe(self._jobs.put_nowait, None)
        try:
            for _ in range(round(GRACE / TICK)):
                # On Windows a Ctrl-C arrives between two waits only.
                if self._idle.wait(TICK) or self._pulse.feel(TICK) >= BLOCKED:
                    break
        except KeyboardInterrupt:
            pass  # a second Ctrl-C means not to wait

    def close(self) -> None:
        """Cancel what is in flight, write down what is done, close the models; the tallies stay readable.

        An engine that does not end, because code of the user's blocks its loop, say, is left behind.
        """
        if self._thread.is_alive() and not self.left_behind:
            self._begin_end()
            for _ in range(round(CLOSING / TICK)):
                self._thread.join(TICK)
                if not self._thread.is_alive() or self._pulse.feel(TICK) >= BLOCKED:
                    break
            place = left_on(self._loop)
            if place:
                self.left_behind = f"engine: code at {place} was cancelled, and did not end"
            if self._thread.is_alive():
                self.left_behind = self._pulse.problem() or "engine: it did not end, and is left behind"
                self._writer.close()
                self.resources.leave()
        self.resources.close_files()
        gc.unfreeze()
        if self._ending is not None and self._ending.done():
            self._ending.result()

    def _begin_end(self) -> None:
        """Let the engine end, once."""
        stopping = self._stop()
        try:
            if self._ending is None:
                self._ending = asyncio.run_coroutine_threadsafe(stopping, self._loop)
                return
        except RuntimeError:
            pass  # the loop has ended
        stopping.close()

    def _drive(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._consumer = self._loop.create_task(self._consume())
        self._consumer.add_done_callback(self._consumed)
        try:
            self._run_loop()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _run_loop(self) -> None:
        """Run the event loop until it is stopped."""
        while True:
            try:
                self._loop.run_forever()
                if self._closing:
                    return
                # A user's own code has stopped the loop that it runs in, and everybody else's work with it.
            except (KeyboardInterrupt, SystemExit):
                # From a task of a user's own, which has it as its exception: whoever awaits that task gets it. A real
                # Ctrl-C arrives in the main thread.
                continue

    def _consumed(self, consumer: asyncio.Task[None]) -> None:
        """Let those that wait know what ended the consumer, whatever that is."""
        if consumer.cancelled():
            self._crash = self._crash or (None if self._closing else asyncio.CancelledError("by code of the user's"))
        elif (error := consumer.exception()) is not None:
            self._crash = self._crash or error
        self._idle.set()

    async def _consume(self) -> None:
        flushing = asyncio.create_task(self._flush_often())
        taken = 0
        events = run_jobs(
            self._queued(),
            concurrency=self.resources.concurrency,
            source=self.settings.data,
            open_context=self.resources.context,
            sample_timeout=self.settings.sample_timeout,
            media=self.settings.media,
            stopped=lambda: self._stopped,
        )
        try:
            async for event in events:
                if not taken:
                    gc.freeze()  # once more, with what the first request loaded
                taken += 1
                self._take(event)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  # the thread that waits must get it
            self._crash = error
        finally:
            flushing.cancel()
            await events.aclose()  # type: ignore[attr-defined]  # run_jobs is an async generator
            self._writer.close()

    async def _queued(self) -> AsyncIterator[Job]:
        while (job := await self._jobs.get()) is not None:
            yield job

    async def _flush_often(self) -> None:
        while True:
            await asyncio.sleep(FLUSH)
            self._writer.flush()

    def _take(self, event: Event) -> None:
        if isinstance(event, Scored):
            job, record, messages = event.unit.job, event.record, event.messages
            if (recorded := self._recorded.get(job.key)) is not None:
                sent = recorded.take_sent(record.sample_id, record.repeat)
                record, messages = replace(record, resized=sent.resized), sent.messages
            tally = self.tallies[job.key]
            tally.add(record, event.unit.number)
            judged = "judge" in job.benchmark.needs
            self._writer.write(record, messages, event.exchanges, judged=judged, repeats=job.repeats)
            if event.failure is not None and not tally.first_traceback:
                tally.first_traceback = traceback_of(event.failure)
            if event.spoilt is not None:
                self._fail(job.key, event.spoilt)
        else:
            tally = self.tallies[event.job.key]
            tally.planned, tally.whole, tally.data_hash = event.planned, event.whole, event.data_hash
            tally.own_examples = event.own_examples
            self._end(event, tally)
        if tally.finished:
            self._settle(tally)
        self.resources.check()

    def _fail(self, key: JobKey, error: BaseException) -> None:
        """Let a job have no scores; its first error counts."""
        if not self._results[key].done():
            self._results[key].set_exception(error)

    def _end(self, event: Ended, tally: Tally) -> None:
        if event.error is not None:
            self._fail(tally.job.key, event.error)
            return
        job, recorded = event.job, self._recorded.get(event.job.key)
        if recorded is not None:
            self._keep_manifest(event, recorded)
            return
        model = self.resources.model_of(job)
        self._write_manifest(
            manifest_of(job, model, planned=event.planned, whole=event.whole, data_hash=event.data_hash)
        )

    def _keep_manifest(self, event: Ended, recorded: Completions) -> None:
        """Write the manifest of recorded completions; refuse those of other data."""
        from pytest_evalscope.run.replay import Silent, refuse_other_data

        try:
            refuse_other_data(recorded.manifest, event.data_hash, event.whole)
        except EvalscopeError as error:
            self._fail(event.job.key, error)
        made = manifest_of(
            event.job, Silent(event.job.model), planned=event.planned, whole=event.whole, data_hash=event.data_hash
        )
        kept = {name: getattr(recorded.manifest, name) for name in ("identity", "prompt", "params", "solve")}
        self._write_manifest(replace(made, **kept))

    def _write_manifest(self, manifest: JobManifest) -> None:
        self._manifests[manifest.key] = manifest
        write_job_manifest(self.folder, manifest)

    def _settle(self, tally: Tally) -> None:
        job = tally.job
        self._writer.finish(job.key)
        manifest = self._manifests.pop(job.key, None)
        if manifest is not None:
            write_job_manifest(self.folder, replace(manifest, seconds=round(tally.ended - tally.began, 3)))
        future = self._results[job.key]
        if future.done():
            return
        try:
            scores = tally.scores()
        except EvalscopeError as error:
            future.set_exception(error)
        except BaseException as error:  # noqa: BLE001  # a user's own metric may raise anything
            failed = EvalscopeError(f"metric: a function of the benchmark raised {described(error)}")
            failed.__cause__ = error
            future.set_exception(failed)
        else:
            load = partial(samples_of, self.folder, job.key)
            future.set_result(replace(scores, unreadable=self.resources.take_unreadable(), load_samples=load))

    async def _stop(self) -> None:
        self._closing = True
        if self._consumer is not None:
            self._consumer.cancel()
            with suppress(asyncio.CancelledError):
                await self._consumer
        try:
            await self.resources.aclose()
        finally:
            self._loop.call_soon(self._loop.stop)
