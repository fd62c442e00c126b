"""The eval session of a process that runs items: it opens the run, serves the fixtures and attaches results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.api.conduct import cut_off
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.plugin.buckets import FROM_CONTROLLER, bucket_of, write_buckets
from pytest_evalscope.plugin.coroutines import require_runner
from pytest_evalscope.plugin.handles import JudgeHandle, ModelHandle, SandboxHandle
from pytest_evalscope.plugin.item_report import attach, begin_anew, fail, hear, held, located, measured_of, state_of
from pytest_evalscope.plugin.keys import (
    MODEL_PARAMETER,
    NO_MODEL,
    case_of,
    deselected,
    is_eval,
    parameter,
    skipped_by_unittest,
)
from pytest_evalscope.plugin.progress import Progress, print_lines, progress_for
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.run import Job, Run, RunFolder
from pytest_evalscope.types.estimate import deciding
from pytest_evalscope.types.names import JobKey, new_run_name

if TYPE_CHECKING:
    from pytest_evalscope.types import Model, Result


class EvalSession:
    """Serves the items of one process: this one, or a worker of xdist.

    It has no properties: before 8.3.3 pytest reads every attribute of a plugin that is registered.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.settings = settings_of(config)
        given: Mapping[str, Any] = getattr(config, "workerinput", {}).get(FROM_CONTROLLER, {})
        self.is_worker = bool(given)
        self.workers: int = given.get("workers", 1)
        self.look_ahead: str = given.get("look_ahead", "everything")
        if config.option.maxfail and self.look_ahead == "everything":
            self.look_ahead = "benchmark"
        path = given.get("folder") or self.settings.run.work_dir / new_run_name()
        self.folder = RunFolder(Path(path))
        self._run: Run | None = None
        self._jobs: list[Job] = []
        self._ahead: dict[str | None, list[tuple[pytest.Item, Job]]] = {}
        """Jobs that may be requested with any of their bucket, or with any of all (None), and are not yet."""
        self._progress: Progress | None = None

    def expect(self, items: Sequence[pytest.Item], *, problem: str = "", remarks: Sequence[str] = ()) -> None:
        """Remember the jobs that may be requested ahead of their items; a worker names its items to the controller.

        `problem` and `remarks` go to the controller too: see `write_buckets`.
        """
        for item in items:
            case = case_of(item)
            if case is not None and case.own_model:
                jobs = [located(job, item) for job in case.jobs]
                self._jobs += jobs
                if self.look_ahead != "nothing" and self._can_run(item):
                    self._ahead.setdefault(self._requested_with(item), []).extend((item, job) for job in jobs)
        if self.is_worker:
            self.folder.create()
            write_buckets(self.folder, items, deselected(self.config), problem=problem, remarks=remarks)

    def open_run(self) -> Run:
        """Return the run; the first item that needs it opens it, which starts the engine."""
        if self._run is None:
            self._run = Run(self.settings.run, self.folder, workers=self.workers)
            self._progress = progress_for(self.config, self._run, self.folder)
        return self._run

    def model_handle(self, item: pytest.Item) -> ModelHandle:
        """Return the item's model for synchronous use."""
        case = case_of(item)
        name = case.model if case is not None else parameter(item, MODEL_PARAMETER)
        name = name or next(iter(self.settings.run.models), "")
        self.skip_without_model([name])
        measured_of(item)
        try:
            return ModelHandle(self.open_run(), name)
        except EvalscopeError as error:
            fail(item, error)

    def skip_without_model(self, names: Iterable[str]) -> None:
        """Skip an item that needs a model where none is named."""
        if not all(names):
            pytest.skip(NO_MODEL)

    def judge_handle(self, item: pytest.Item) -> JudgeHandle:
        """Return the run's judges for synchronous use; ends the item as an error when none is named."""
        try:
            return JudgeHandle(self.open_run())
        except EvalscopeError as error:
            fail(item, error)

    def sandbox_handle(self, item: pytest.Item) -> SandboxHandle:
        """Return the run's sandbox for synchronous use; ends the item as an error when it does not work."""
        try:
            return SandboxHandle(self.open_run())
        except EvalscopeError as error:
            fail(item, error)

    def recorder(self, item: pytest.Item) -> Callable[..., None]:
        """Return the function that puts a score of a hand-written case into the item's report."""
        from pytest_evalscope.plugin.hand_scored import recorder_for

        return recorder_for(item, state_of(item).recorded, self.settings.run.models)

    def application(self, name: str, value: Any) -> Model | None:
        """Return what a user's own fixture `model` gave, behind the cache if it has an identity; else None."""
        if isinstance(value, ModelHandle):
            return None
        from pytest_evalscope.models.providers.python import as_model

        return self.open_run().resources.behind_cache(as_model(name, value, self.settings.run.model))

    def request_ahead(self, item: pytest.Item, job: Job) -> None:
        """Queue the jobs of later items that are certain to run, as far as the session allows.

        So concurrency never drains, and nothing is requested for an item that is then skipped.
        """
        together = self._requested_with(item)
        waiting = [one for one in self._ahead.get(together, ()) if one[0] is not item]
        jobs, unsure = [job], []
        if waiting:
            from pytest_evalscope.plugin.ahead import certain

            for one in waiting:
                if certain(one[0], item):
                    jobs.append(one[1])
                else:
                    unsure.append(one)
        self._ahead[together] = unsure
        self.open_run().submit(jobs)

    def _can_run(self, item: pytest.Item) -> bool:
        """Return whether the options let the item get a result."""
        try:
            case_of(item).require(self.settings.run)
            require_runner(item)
        except EvalscopeError:
            return False
        return True

    def _requested_with(self, item: pytest.Item) -> str | None:
        return bucket_of(item) if self.look_ahead == "benchmark" else None

    def tick(self) -> Callable[[], None] | None:
        """Return the function that shows progress while a job is awaited."""
        return None if self._progress is None else self._progress.tick

    def pause(self) -> None:
        """Clear the line of progress: pytest wants to write."""
        if self._progress is not None:
            self._progress.pause()

    def leave_to_merge(self, recorded: str) -> None:
        """Skip the test of an item that has only a part of its samples: a part is not what its gate is about."""
        if self.settings.run.shard is not None:
            pytest.skip(f"shard {self.settings.run.shard}: {recorded}; its gate needs all shards")

    def settle(self, seen: Collection[JobKey] = ()) -> list[Result]:
        """Stop the engine, and return results for jobs that have records and are not among those `seen`."""
        if self._run is None:
            return []
        self._run.close()
        print_lines(self.config, [*filter(None, [self._run.left_behind])])
        return [*cut_off(self._run, self._jobs, seen).values()]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Forget what an earlier try of the item has measured; skip it before its fixtures, as `unittest` means it.

        One that nothing would run is an error before its fixtures.
        """
        begin_anew(item)
        reason = skipped_by_unittest(item) if case_of(item) is not None else None
        if reason is not None:
            raise pytest.skip.Exception(reason, _use_item_location=True)
        if case_of(item) is not None:
            try:
                require_runner(item)
            except EvalscopeError as error:
                measured_of(item)
                fail(item, error)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let the run say what inconclusive decisions are in an item, its fixtures included."""
        with deciding(self.settings.inconclusive, partial(hear, item)):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Hold an item to the thresholds that were declared for it, whether or not its test does."""
        with held(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach what an eval measured to its report, and let no text of a model do harm there."""
        report = yield
        sharded = self.settings.run.shard is not None
        properties = self.settings.junit_properties
        attach(item, call, report, folder=self.folder, sharded=sharded, properties=properties)
        if (report.longrepr or report.sections) and is_eval(item):
            from pytest_evalscope.plugin.sanitize import sanitize

            sanitize(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(self) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
        """Make plain whatever a worker sends: one lone surrogate would end the whole run."""
        from pytest_evalscope.plugin.sendable import sendable

        data = yield
        return None if data is None else {name: sendable(value) for name, value in data.items()}

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let what is in flight come back, for it is paid for. A worker of xdist is not given the time."""
        if self._run is None or self.is_worker or excinfo.type is not KeyboardInterrupt:
            return
        print_lines(self.config, ["waiting for the completions in flight; another Ctrl-C stops at once"])
        self._run.finish_in_flight()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Close the run of a worker; in a single process the collector does it."""
        if self.is_worker:
            self.settle()
