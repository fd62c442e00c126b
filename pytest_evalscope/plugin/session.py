"""The eval session of a process that runs items: it serves the fixtures and attaches results to reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest

from pytest_evalscope.collections import MixedSet
from pytest_evalscope.collections.levels import measures_of
from pytest_evalscope.errors import EvalscopeError, GateError, StorageError, UsageError
from pytest_evalscope.folder.indexes import Composition, write_composition
from pytest_evalscope.folder.paths import refuse_one_file
from pytest_evalscope.gates import coverage_error, resolve_threshold, shard_error
from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.plugin.collect import Case, IndexCase, settings_of
from pytest_evalscope.plugin.collector import Collector
from pytest_evalscope.plugin.hand_scored import recorder_for
from pytest_evalscope.plugin.handles import JudgeDoor, ModelDoor, SandboxDoor
from pytest_evalscope.plugin.indexes import IndexState, drawn_for
from pytest_evalscope.plugin.item_report import attach, state_of
from pytest_evalscope.plugin.keys import (
    ARENA_PARAMETER,
    DESELECTED,
    INDEX_PARAMETER,
    MODEL_PARAMETER,
    PARAMETER,
    SESSION,
    parameter,
)
from pytest_evalscope.plugin.progress import Progress, print_lines, progress_for
from pytest_evalscope.plugin.results import location_of, result_of
from pytest_evalscope.plugin.workers import TOLD, bucket_of, write_buckets
from pytest_evalscope.run import Job, Run, RunFolder, jobs_of_members, require_judges, require_requests
from pytest_evalscope.run.indexes import members_of
from pytest_evalscope.run.results import result_of_member
from pytest_evalscope.types import IndexReport, Leaderboard, Model, Result, Scores, Threshold
from pytest_evalscope.types.names import JobKey, new_run_name

if TYPE_CHECKING:
    from pytest_evalscope.plugin.arena import ArenaCase


def begin(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Make the session of this process. Raises pytest.UsageError for options that contradict each other."""
    if SESSION in config.stash:
        return
    # A worker that refused to begin could only crash; its items are errors, each by itself.
    if not config.option.collectonly and not hasattr(config, "workerinput"):
        cases = (parameter(item, PARAMETER) for item in items)
        try:
            require_judges((case.job for case in cases if case is not None), settings_of(config).run)
            if any(parameter(item, ARENA_PARAMETER) for item in items):
                from pytest_evalscope.plugin.arena import require_arena_judges

                require_arena_judges(settings_of(config).run)
        except EvalscopeError as error:
            raise pytest.UsageError(str(error)) from error
    session = EvalSession(config)
    config.stash[SESSION] = session
    config.pluginmanager.register(session, "evalscope-session")
    _refuse_clashes(items)


def current(request: pytest.FixtureRequest) -> EvalSession:
    """Return the session; items that ask for a fixture at run time alone begin it here."""
    config = request.config
    if SESSION not in config.stash:
        begin(config, [request.node])
        config.stash[SESSION].open_folder([request.node])
    return config.stash[SESSION]


def _refuse_clashes(items: Sequence[pytest.Item]) -> None:
    """Two tests may share a job, but not its name with other options: files and reports go by the name."""
    jobs: dict[JobKey, tuple[Job, pytest.Item]] = {}
    for item in items:
        case: Case | None = parameter(item, PARAMETER)
        if case is None:
            continue
        first, owner = jobs.setdefault(case.job.key, (case.job, item))
        if _identity(first) != _identity(case.job):
            raise pytest.UsageError(
                f"{case.job.benchmark.name}: {owner.nodeid} and {item.nodeid} run it in two ways under one name\n"
                'hint: give one of them a name of its own, @benchmark(…, name="gsm8k-zero-shot")'
            )
    try:
        refuse_one_file(jobs)
    except EvalscopeError as error:
        raise pytest.UsageError(str(error)) from error


def _identity(job: Job) -> tuple[Any, ...]:
    made = job.benchmark
    # What only `extra` changes shows in the card.
    return (
        job.limit,
        job.repeats,
        job.seed,
        dict(job.params),
        made.solve,
        made.data,
        made.description,
        [*made.metrics],
    )


class EvalSession:
    """Serves the items of one process: this one, or a worker of xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.settings = settings_of(config)
        told: Mapping[str, Any] = getattr(config, "workerinput", {}).get(TOLD, {})
        self.is_worker = bool(told)
        self.workers: int = told.get("workers", 1)
        self.look_ahead: str = told.get("look_ahead", "everything")
        if config.option.maxfail and self.look_ahead == "everything":
            self.look_ahead = "benchmark"
        path = told.get("folder") or self.settings.run.work_dir / new_run_name()
        self.folder = RunFolder(Path(path))
        self._run: Run | None = None
        self._cases: list[tuple[str | None, Case]] = []
        """Each with its bucket: the test and model whose subsets xdist keeps in one worker."""
        self._progress: Progress | None = None
        if not self.is_worker:
            self.collector = Collector(config, self.folder, local=self)
            config.pluginmanager.register(self.collector, "evalscope-collector")

    def open_folder(self, items: Sequence[pytest.Item]) -> None:
        """Make the run folder, and remember which jobs may be asked ahead of their items."""
        for item in items:
            case = parameter(item, PARAMETER)
            if case is not None and case.own_model:
                self._cases.append((bucket_of(item), case))
        deselected = self.config.stash.get(DESELECTED, [])
        if self.is_worker:
            self.folder.create()
            write_buckets(self.folder, items, deselected)
        else:
            self.collector.begin()
            self.collector.expect((item.nodeid for item in items if bucket_of(item) is not None), deselected)

    def open_run(self) -> Run:
        """Return the run; the first item that needs it opens it, which starts the engine."""
        if self._run is None:
            self._run = Run(self.settings.run, self.folder, workers=self.workers)
            self._progress = progress_for(self.config, self._run, self.folder)
        return self._run

    def door(self, item: pytest.Item) -> ModelDoor:
        """Return the item's model for synchronous use."""
        case: Case | None = parameter(item, PARAMETER)
        index: IndexCase | None = parameter(item, INDEX_PARAMETER)
        named = index or (case.job if case else None)
        name = named.model if named else parameter(item, MODEL_PARAMETER) or self.settings.run.models[0]
        state = state_of(item)
        state.case = case
        try:
            return ModelDoor(self.open_run(), name)
        except EvalscopeError as error:
            _fail(item, error)

    def judge_door(self, item: pytest.Item) -> JudgeDoor:
        """Return the run's judges for synchronous use; ends the item as an error when none is named."""
        try:
            return JudgeDoor(self.open_run())
        except EvalscopeError as error:
            _fail(item, error)

    def sandbox_door(self, item: pytest.Item) -> SandboxDoor:
        """Return the run's sandbox for synchronous use; ends the item as an error when there is none."""
        try:
            return SandboxDoor(self.open_run())
        except EvalscopeError as error:
            _fail(item, error)

    def scores(self, item: pytest.Item, model: Any) -> Scores:
        """Wait for the item's scores; ends the item as an error where they cannot be had or are not to be trusted."""
        case: Case | None = parameter(item, PARAMETER)
        if case is None:
            _fail(item, UsageError("scores: this test declares no benchmark", hint="decorate it with @benchmark(…)"))
        state = state_of(item)
        state.case = case
        job = case.job
        try:
            require_judges([job], self.settings.run)
            if not isinstance(model, ModelDoor):
                job = replace(job, application=self._application(job.model, model))
            require_requests([job], self.settings.run, self.open_run().model_of)
            self._ask_ahead(item, job)
            state.scores, problem = self._await(job)
        except EvalscopeError as error:
            _fail(item, error)
        finally:
            if self._progress is not None:
                self._progress.pause()
        if problem:
            _fail(item, GateError(problem))
        self._leave_to_merge(f"{state.scores.planned} of {self.open_run().tallies[job.key].whole} samples recorded")
        return state.scores

    def report(self, item: pytest.Item, model: Any) -> IndexReport:
        """Draw and ask the item's index; ends the item as an error where a leaf is missing or not to be trusted."""
        case: IndexCase | None = parameter(item, INDEX_PARAMETER)
        if case is None:
            _fail(item, UsageError("report: this test declares no index", hint="decorate it with @index(…)"))
        state = state_of(item)
        state.index = IndexState(case)
        try:
            mixed = drawn_for(case.declaration, self.settings.run, item.path.parent)
            problems = self._ask_members(state.index, mixed, model)
            if not problems:
                self._leave_to_merge(f"{sum(result.planned for result in state.index.results)} samples recorded")
            made = state.index.report()
        except EvalscopeError as error:
            _fail(item, error)
        finally:
            if self._progress is not None:
                self._progress.pause()
        problems += [f"{name}: no score" for name in made.missing]
        if problems:
            _fail(item, GateError("the index cannot be computed: " + "; ".join(problems)))
        return made

    def _leave_to_merge(self, recorded: str) -> None:
        """Skip the test of an item that has only a part of its samples: a part is not what its gate is about."""
        if self.settings.run.shard is not None:
            pytest.skip(f"shard {self.settings.run.shard}: {recorded}; its gate needs all shards")

    def _ask_members(self, index: IndexState, mixed: MixedSet, model: Any) -> list[str]:
        """Ask every drawn sample; fill in the index's results and return why they are not to be trusted."""
        # A share as limit was refused when the set was drawn.
        parts = members_of(mixed, cast("int | None", self.settings.run.limit))
        jobs = jobs_of_members(parts, index.case.model, self.settings.run)
        if not isinstance(model, ModelDoor):
            application = self._application(index.case.model, model)
            jobs = [replace(job, application=application) for job in jobs]
        index.name, index.remarks = mixed.name, mixed.remarks
        composition = Composition(name=mixed.name, model=index.case.model, members=parts, remarks=mixed.remarks)
        write_composition(self.folder, composition)
        require_judges(jobs, self.settings.run)
        require_requests(jobs, self.settings.run, self.open_run().model_of)
        self.open_run().submit(jobs)
        problems = []
        for job, member in zip(jobs, parts, strict=True):
            scores, problem = self._await(job)
            if problem:
                problems.append(f"{member.leaf.name}/{member.subset}: {problem}")
            index.results.append(result_of_member(job, member, scores))
        index.measured, index.missing = measures_of(parts, index.results)
        return problems

    def leaderboard(self, item: pytest.Item) -> Leaderboard:
        """Have the item's battles fought; ends the item as an error where too many of them have no verdict."""
        case: ArenaCase | None = parameter(item, ARENA_PARAMETER)
        if case is None:
            _fail(item, UsageError("leaderboard: this test declares no arena", hint="decorate it with @arena(…)"))
        from pytest_evalscope.plugin.arena import ArenaState, hold, obtain, require_arena_judges

        state = state_of(item)
        state.arena = ArenaState()
        try:
            require_arena_judges(self.settings.run)
            subsets = obtain(self.open_run(), case, state.arena, self._progress)
            self._leave_to_merge(f"{sum(result.planned for result in state.arena.results)} replies recorded")
            board = hold(self.open_run(), case, subsets, state.arena, self._progress)
        except EvalscopeError as error:
            _fail(item, error)
        finally:
            if self._progress is not None:
                self._progress.pause()
        if board.unscored > self.settings.run.max_errors * board.battles:
            reason = f": {state.arena.first_error}" if state.arena.first_error else ""
            _fail(item, GateError(f"{board.unscored} of {board.battles} battles have no verdict{reason}"))
        return board

    def threshold(self, item: pytest.Item) -> Threshold:
        """Return what the item's metrics must reach."""
        case: Case | None = parameter(item, PARAMETER)
        if case is None:
            _fail(item, UsageError("threshold: this test declares no benchmark", hint="decorate it with @benchmark(…)"))
        state = state_of(item)
        state.case = case
        try:
            state.threshold = resolve_threshold(
                benchmark=case.job.benchmark.name,
                subset=case.job.subset,
                model=case.job.model,
                metrics=tuple(case.job.benchmark.metrics),
                primary=case.job.benchmark.primary_metric,
                command_line=self.settings.thresholds,
                folder=item.path.parent,
                root=self.config.rootpath,
                declared=case.declaration.threshold,
            )
        except EvalscopeError as error:
            _fail(item, error)
        return state.threshold

    def recorder(self, item: pytest.Item) -> Callable[..., None]:
        """Return the function that puts a score of a hand-written case into the item's report."""
        return recorder_for(item, state_of(item).recorded, self.settings.run.models)

    def attach(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        """Hang the item's result on its report once the verdict is known."""
        attach(item, call, report, sharded=self.settings.run.shard is not None)

    def close(self) -> None:
        """Stop the engine; what was marked so far is on disk and stays readable."""
        if self._run is not None:
            self._run.close()

    def unfinished(self, seen: frozenset[JobKey]) -> list[Result]:
        """Return results for jobs that have records but no verdict: the run was cut off."""
        if self._run is None:
            return []
        cases = {case.job.key: case for _, case in self._cases}
        made = []
        for key, tally in self._run.tallies.items():
            if key not in seen and tally.done and key in cases:
                result = result_of(cases[key], tally.scores(), verdict="none", message="cut off before the end")
                made.append(replace(result, complete=tally.finished))
        return made

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let what is in flight come back, for it is paid for. A worker of xdist is not given the time."""
        if self._run is None or self.is_worker or excinfo.type is not KeyboardInterrupt:
            return
        print_lines(self.config, ["waiting for the replies in flight; another Ctrl-C stops at once"])
        self._run.finish_in_flight()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Close the run of a worker; in a single process the collector does it."""
        if self.is_worker:
            self.close()

    def _await(self, job: Job) -> tuple[Scores, str]:
        """Return a job's scores, and why they are not to be trusted; empty when they are."""
        scores = self.open_run().result(job, tick=None if self._progress is None else self._progress.tick)
        tally, allowed = self.open_run().tallies[job.key], self.settings.run.max_errors
        if job.shard is not None:
            return scores, shard_error(scores, tally.whole or 0, allowed, first_error=tally.first_error)
        return scores, coverage_error(scores, allowed, first_error=tally.first_error)

    def _application(self, name: str, value: Any) -> Model:
        """Return what a user's own fixture `model` gave as a model, behind the cache if it has an identity."""
        return self.open_run().behind_cache(as_model(name, value, self.settings.run.model))

    def _ask_ahead(self, item: pytest.Item, job: Job) -> None:
        """Queue the jobs of later items, as far as the session allows, so that concurrency never drains."""
        bucket = bucket_of(item)
        if self.look_ahead == "nothing":
            self.open_run().submit([job])
        elif self.look_ahead == "benchmark":
            self.open_run().submit([job, *(case.job for name, case in self._cases if name == bucket)])
        else:
            self.open_run().submit([job, *(case.job for _, case in self._cases)])


def _fail(item: pytest.Item, error: EvalscopeError) -> NoReturn:
    if isinstance(error, StorageError):  # every later item would only say so again
        item.session.shouldfail = error.message
    # Not chained to the error that it tells: pytest would print the same text twice.
    raise pytest.fail.Exception(f"{error}\n{location_of(item)}", pytrace=False) from None
