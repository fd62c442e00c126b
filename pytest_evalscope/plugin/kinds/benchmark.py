"""Tests of a benchmark: one item per model and subset, whose fixture is `scores`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.api.conduct import await_scores
from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.errors import EvalscopeError, GateError, UsageError
from pytest_evalscope.gates import threshold_files, unmet
from pytest_evalscope.plugin.item_report import fail, located, measured_of, trace_of
from pytest_evalscope.plugin.keys import APPLICATION, case_of
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.run import Job, Settings, jobs_of, require_judges, require_requests
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.types import Decision, Declared, Result, Scores, Threshold
from pytest_evalscope.types.estimate import as_share, reaches, shown
from pytest_evalscope.types.scores import asserted

if TYPE_CHECKING:
    from pytest_evalscope.api.failing import Behind
    from pytest_evalscope.gates.entries import Entry
    from pytest_evalscope.plugin.cases import Ended
    from pytest_evalscope.plugin.collector import Gathered
    from pytest_evalscope.plugin.declare import Declaration
    from pytest_evalscope.plugin.session import EvalSession


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkCase:
    """One item: a job and its declaration."""

    job: Job
    own_model: bool
    threshold: Threshold | None = None
    """The values that its metrics must reach, wherever they are set; None where none is."""
    intervals: bool = False
    """True if intervals are compared with the threshold, and not values."""
    problem: EvalscopeError | None = None
    """The mistake in the options of the run: the job is then as it is declared, and is not run."""

    @property
    def id(self) -> str:
        """The part of the node id in brackets."""
        return f"{self.job.model}-{self.job.subset}" if self.job.model else self.job.subset

    @property
    def label(self) -> str:
        """The name for people."""
        return f"{self.job.benchmark.name}/{self.job.subset} of {self.job.model}"

    @property
    def model(self) -> str:
        """The model under test."""
        return self.job.model

    @property
    def opened(self) -> Sequence[str]:
        """The name that its model is opened by."""
        return (self.job.opened,)

    @property
    def marker(self) -> Mapping[str, str]:
        """The arguments of the marker `evalscope`."""
        return {
            "benchmark": self.job.benchmark.name,
            "subset": self.job.subset,
            "model": self.job.model,
            "task_type": self.job.declared.task_type or "",
        }

    @property
    def jobs(self) -> Sequence[Job]:
        """The item's one job."""
        return (self.job,)

    def names(self) -> tuple[Sequence[str], Sequence[str], bool]:
        """Return the benchmark and its subset, and the benchmark."""
        name = self.job.benchmark.name
        return (name, f"{name}/{self.job.subset}"), (name,), False

    def shares_requests_with(self, _: Path) -> Collection[str]:
        """Return none."""
        return ()

    def measure(self) -> MeasuredBenchmark:
        """Return the state of the item before anything is measured."""
        return MeasuredBenchmark(self)

    def require(self, settings: Settings) -> None:
        """Raise what is wrong with the options, or UsageError where judges score the completions and none is named."""
        if self.problem is not None:
            raise self.problem
        require_judges(self.jobs, settings)


@dataclass(slots=True)
class MeasuredBenchmark:
    """The state of an item while it runs."""

    case: BenchmarkCase
    scores: Scores | None = None
    kind = "benchmark"

    @property
    def begun(self) -> bool:
        """True if samples were recorded."""
        return self.scores is not None

    def result(self, ended: Ended) -> Result:
        """Return the item's result; without scores it has no metric."""
        return replace(
            result_of_job(self.case.job, self.scores),
            thresholds={} if self.case.threshold is None else self.case.threshold.values,
            asserted=() if self.scores is None else asserted(self.scores),
            verdict=ended.outcome,
            message=ended.message,
            nodeid=ended.nodeid,
            location=ended.location,
            failing=ended.failing,
        )

    def unmet(self, decided: Collection[tuple[str, float]]) -> Decision | None:
        """Return the answer of the scores to the threshold; None where they reach it."""
        threshold = self.case.threshold
        if threshold is None or self.scores is None:
            return None
        return unmet(self.scores.metrics, threshold, intervals=self.case.intervals, decided=decided)

    def behind(self, compared: tuple[str, bool] | None) -> Sequence[Behind]:
        """Return the subset, and the metric that fell short; where that is not known, the primary one."""
        if self.scores is None:
            return ()
        from pytest_evalscope.api.failing import Behind
        from pytest_evalscope.stats import values_read

        metric, rising = compared or ("", False)
        if metric not in self.scores.metrics:
            below = self._below()
            metric, rising = below[0] if below else self.scores.primary_metric, False
        reads = values_read(self.case.job.benchmark.metrics[metric])
        return (Behind(key=self.case.job.key, metric=metric, reads=reads, rising=rising),)

    def _below(self) -> list[str]:
        metrics = {} if self.scores is None else self.scores.metrics
        least = {} if self.case.threshold is None else self.case.threshold.values
        return [name for name in metrics if name in least and not reaches(metrics[name].value, least[name])]

    def to_plain(self, ended: Ended) -> dict[str, Any]:
        """Return what `collect` reads."""
        return self.result(ended).to_plain()

    def properties(self, ended: Ended) -> Sequence[tuple[str, str | float]]:
        """Return the user properties of the item's report."""
        return self.result(ended).properties


def cases(declaration: Declaration, metafunc: pytest.Metafunc, settings: Settings, own: bool) -> list[BenchmarkCase]:
    """Return the items of a declaration: one per model and subset.

    What options or files of thresholds make wrong is an error of the items. Raises UsageError and UnknownName for what
    is wrong without them: it is the declaration's own.
    """
    benchmark = _benchmark(declaration)
    config, folder = metafunc.config, metafunc.definition.path.parent
    own_settings, root = settings_of(config), config.rootpath
    typed = own_settings.thresholds
    intervals = (own_settings.decide or declaration.decide) == "interval"
    made = []
    for model in (settings.models or ("",)) if own else (APPLICATION,):
        try:
            jobs = jobs_of(benchmark, model, settings, declaration.options, where="@benchmark")
            found = [(job, _threshold(job, declaration, typed, threshold_files(folder, root))) for job in jobs]
            problem = None
        except EvalscopeError as error:
            jobs = jobs_of(benchmark, "", Settings(data=settings.data), declaration.options, where="@benchmark")
            found = [(replace(job, model=model), _threshold(job, declaration, (), ())) for job in jobs]
            problem = error
        for job, threshold in found:
            job = replace(job, declared=_declared_of(job, declaration))
            made.append(
                BenchmarkCase(job=job, own_model=own, threshold=threshold, intervals=intervals, problem=problem)
            )
    return made


def _benchmark(declaration: Declaration) -> Benchmark:
    named = declaration.benchmark
    benchmark = load(named) if isinstance(named, str) else named
    if not isinstance(benchmark, Benchmark):
        raise UsageError(f"@benchmark: not a benchmark ({named!r}); accepted: the name of one, or a Benchmark")
    return replace(benchmark, name=declaration.name) if declaration.name else benchmark


def _declared_of(job: Job, declaration: Declaration) -> Declared:
    return Declared(
        weight=declaration.weight,
        task_type=declaration.task_type or job.benchmark.task_type,
        tags=tuple(dict.fromkeys((*job.benchmark.tags_of(job.subset), *declaration.tags))),
    )


def _threshold(job: Job, declaration: Declaration, option: Sequence[Entry], files: Sequence[Path]) -> Threshold | None:
    """Return the threshold of a job; None where none is set. Raises UsageError."""
    if not option and declaration.threshold is None and not files:
        return None
    from pytest_evalscope.gates import find_threshold

    found = find_threshold(
        benchmark=job.benchmark.name,
        subset=job.subset,
        model=job.model,
        metrics=tuple(job.benchmark.metrics),
        primary=job.benchmark.primary_metric,
        option=option,
        files=files,
        declared=declaration.threshold,
    )
    if found is None:
        return None
    for metric, least in found.values.items():
        if not 0 <= least <= 1 and job.benchmark.is_share(metric):
            raise UsageError(
                f"threshold of {job.benchmark.name}.{metric}: no value reaches or misses it ({shown(least)}, set by "
                f"{found.source}); accepted: a number from 0 to 1",
                hint=f"{shown(least)} % is written {as_share(least)}" if least > 1 else "",
            )
    return found


def deliver(session: EvalSession, item: pytest.Item, model: Any) -> Scores:
    """Wait for the item's scores; ends the item as an error where the gate is not computed from them."""
    case, measured = _declared(item, "scores")
    try:
        case.require(session.settings.run)
        job = replace(located(case.job, item), application=session.application(case.model, model))
        require_requests([job], session.settings.run, session.open_run().resources.model_of)
        session.request_ahead(item, job)
        measured.scores, problem = await_scores(session.open_run(), job, tick=session.tick())
        if not problem:
            measured.unmet(())  # where an interval has to decide, there must be one
    except EvalscopeError as error:
        fail(item, error)
    finally:
        session.pause()
    if problem:
        fail(item, GateError(problem), trace=trace_of(session.open_run(), [job]))
    planned, whole = measured.scores.planned, session.open_run().tallies[job.key].whole
    session.leave_to_merge(f"{planned} of {whole} samples recorded")
    return measured.scores


def threshold_of(item: pytest.Item) -> Threshold:
    """Return the threshold of the item's metrics; ends the item as an error where none is set."""
    case, _ = _declared(item, "threshold")
    if case.threshold is None:
        from pytest_evalscope.gates import no_threshold

        benchmark = case.job.benchmark
        fail(item, no_threshold(benchmark.name, case.job.subset, benchmark.primary_metric))
    return case.threshold


def collect(gathered: Gathered, nodeid: str, fields: Mapping[str, Any]) -> None:
    """Take in the result that an item's report carries."""
    gathered.add(Result.from_plain(fields))


def _declared(item: pytest.Item, fixture: str) -> tuple[BenchmarkCase, MeasuredBenchmark]:
    case = case_of(item)
    if not isinstance(case, BenchmarkCase):
        fail(item, UsageError(f"{fixture}: this test declares no benchmark", hint="decorate it with @benchmark(…)"))
    return case, measured_of(item)
