"""Re-scoring: the completions of a run folder, with today's scorers and no model."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_evalscope.api.conduct import Junit, await_result
from pytest_evalscope.api.progress import StreamProgress
from pytest_evalscope.api.stored import NO_BATTLES, fresh, joined, report
from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.collections import configure
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.indexes import read_compositions
from pytest_evalscope.folder.jobs import JobManifest
from pytest_evalscope.folder.recorded import Recorded, open_run
from pytest_evalscope.run import Job, Run, RunFolder, Settings, read_records
from pytest_evalscope.run.budget import spending_of
from pytest_evalscope.run.indexes import Index, members_of, sampled
from pytest_evalscope.run.job_manifests import job_of
from pytest_evalscope.run.merging import Part, recorded_scores
from pytest_evalscope.run.plan import PLANNED, require_known_judges, scored_by
from pytest_evalscope.run.replay import keeps_scores
from pytest_evalscope.scorers.judging import STRATEGIES
from pytest_evalscope.solvers import likelihood
from pytest_evalscope.stats import metric_of
from pytest_evalscope.text import option_values
from pytest_evalscope.types import UNSCORED, Estimate, Metric, Result, RunSummary
from pytest_evalscope.types.names import JobKey, new_run_name

OVER_REPEATS = ("pass_at_k", "pass_hat_k", "vote_at_k")
"""The makers of metrics that a test may add to a benchmark's own (`aggregation`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Changes of the scores of one benchmark's subset and model."""

    result: Result
    changed: int
    """Number of records whose score has changed, that have one now, or that have none any more."""
    before: Estimate | None
    """The primary metric as the run had it; None where it is not computed."""
    kept: str = ""
    """The reason why the scores were kept as they are; empty when they were made anew."""

    def __str__(self) -> str:
        name = f"{self.result.benchmark}/{self.result.subset} of {self.result.model}"
        if self.kept:
            return f"{name}: scores kept: {self.kept}"
        after = self.result.primary
        moved = f"{_value(self.before)} -> {_value(after)}"
        return f"{name}: {self.changed} of {self.result.planned} verdicts changed, {self.result.primary_metric} {moved}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """A run that was re-scored."""

    summary: RunSummary
    changes: tuple[Change, ...]


def rescore(
    run: str | Path,
    folder: str | Path | None = None,
    *,
    benchmarks: Iterable[Benchmark] = (),
    indexes: Iterable[Index] = (),
    settings: Settings | None = None,
    junit: Junit = "gates",
    progress: bool = True,
) -> Rescored:
    """Score the completions in a run folder with today's scorers; no model is called, and the folder stays as it is.

    Scores are kept, and said to be, where they cannot be made again: by judges when `settings` name none, and of a
    benchmark that is neither in the catalogue nor among `benchmarks` and the leaves of `indexes`.

    Args:
        run: The run folder.
        folder: Where the run with its new scores is written; left out: a fresh one beside `run`.
        benchmarks: Benchmarks of your own that are in the run.
        indexes: Indexes that are in it; those that it names as files need not be given.
        settings: Where data is, who judges; left out: the run's own options, and no judge.
        junit: The contents of `reports/junit.xml`.
        progress: Whether to write the progress to stderr.

    Raises:
        UsageError: What is no run folder, a shard of a run, a `folder` that is in use, an unknown judge.
        DataError: A broken file in the run folder.
    """
    recorded = open_run(Path(run))
    manifests = list(recorded.jobs())
    _refuse_shards(recorded, manifests)
    settings = replace(settings or recorded_settings(recorded), run_dir=Path(run), shard=None)
    require_known_judges(settings)
    own = list(benchmarks)
    known = {one.name: one for one in (*own, *_leaves(recorded, indexes, settings, own))}
    target = fresh(Path(run).resolve().parent / new_run_name() if folder is None else Path(folder))
    target.create()
    pairs = [(manifest, _job(manifest, known, settings)) for manifest in manifests]
    results = _scored([job for _, job in pairs if isinstance(job, Job)], settings, target, progress=progress)
    changes = []
    for manifest, job in pairs:
        parts = [Part(recorded, manifest)]
        if isinstance(job, Job):
            result = replace(results[job.key], seconds=results[job.key].seconds or manifest.seconds)
            before = recorded_scores(recorded.folder, manifest)
            changed = _changed(recorded.folder, target, manifest)
            changes.append(Change(result=result, changed=changed, before=None if before is None else before.primary))
        else:
            changes.append(Change(result=joined(parts, target, settings.max_errors), changed=0, before=None, kept=job))
    summary = report(
        target,
        [change.result for change in changes],
        list(read_compositions(recorded.folder)),
        options={**recorded.options, "run-dir": str(run), "judge": list(settings.judges)},
        started=str(recorded.manifest.get("started", "")),
        junit=junit,
        spending=spending_of(target, settings),
        remarks=[*(str(change) for change in changes if change.kept), *([NO_BATTLES] * recorded.has_battles)],
    )
    return Rescored(summary=summary, changes=tuple(changes))


def recorded_settings(run: Recorded) -> Settings:
    """Return the settings by which a run read its data, as far as its folder has them; without its judges."""
    plain = Settings()
    named = {name: value for name, value in run.options.items() if isinstance(value, str) and value}
    data_dir = named.get("data-dir")
    source = replace(
        plain.data,
        data_dir=Path(data_dir) if data_dir else plain.data.data_dir,
        hub="modelscope" if named.get("hub") == "modelscope" else "huggingface",
        offline=option_values.truth(named.get("offline", ""), "offline"),
    )
    args = option_values.nested(named.get("dataset-args", ""), "dataset-args")
    strategy = option_values.choice(named.get("judge-strategy", "auto"), "judge-strategy", STRATEGIES)
    return replace(plain, data=source, dataset_args=args, max_errors=run.max_errors, judge_strategy=strategy)


def _refuse_shards(run: Recorded, manifests: Sequence[JobManifest]) -> None:
    if not manifests:
        raise UsageError(f"rescore: the run folder contains no completions ({run})")
    if manifests[0].shard:
        raise UsageError(
            f"rescore: the run folder contains shard {manifests[0].shard} alone ({run})",
            hint="pytest-evalscope merge joins all shards",
        )


def _leaves(run: Recorded, given: Iterable[Index], settings: Settings, own: Sequence[Benchmark]) -> Iterator[Benchmark]:
    """Yield the benchmarks that the parts of the run's indexes are."""
    named: Any = run.options.get("index") or ()
    paths = [Path(name) for name in ([named] if isinstance(named, str) else named)]
    for index in (*given, *(path for path in paths if path.is_file())):
        limit = option_values.limit(str(run.options.get("limit") or ""), "limit")
        mixed = sampled(index, replace(settings, limit=limit), benchmarks=own)
        yield from (member.leaf.benchmark for member in members_of(mixed, limit if isinstance(limit, int) else None))


def _job(manifest: JobManifest, known: Mapping[str, Benchmark], settings: Settings) -> Job | str:
    """Return the job that scores the completions again, or why their scores are kept."""
    benchmark = known.get(manifest.benchmark)
    if benchmark is None and manifest.benchmark in names():
        benchmark = load(manifest.benchmark)
    if benchmark is None:
        return "no benchmark of this name is known here; its own test scores it: pytest evals --eval-run-dir=RUN"
    args = settings.dataset_args.get(manifest.benchmark, {})
    benchmark = configure(benchmark, {name: args[name] for name in args if name not in PLANNED}, where="rescore")
    if manifest.solve == likelihood.__name__ and not isinstance(benchmark.solve, likelihood):
        return "its own test requests log-probabilities, and scores them: pytest evals --eval-run-dir=RUN"
    benchmark = scored_by(settings.judge_strategy, benchmark)
    if keeps_scores(benchmark, settings.judges):
        return "judges gave them, and none is named"
    return job_of(manifest, replace(benchmark, metrics={**benchmark.metrics, **_of_repeats(manifest, benchmark)}))


def _of_repeats(manifest: JobManifest, benchmark: Benchmark) -> dict[str, Metric]:
    """Return the metrics over repeats that the run names besides the benchmark's own."""
    made: dict[str, Metric] = {}
    for name, described in manifest.metrics.items():
        known = described and described[0] in OVER_REPEATS and described[-1] in benchmark.score.metrics
        if known and (metric := metric_of(described)):
            made[name] = metric
    return made


def _scored(jobs: Sequence[Job], settings: Settings, target: RunFolder, *, progress: bool) -> dict[JobKey, Result]:
    run = Run(settings, target)
    line = StreamProgress(run, sys.stderr) if progress else None
    try:
        run.submit(jobs)
        return {job.key: await_result(run, job, tick=None if line is None else line.tick) for job in jobs}
    finally:
        run.close()
        if line is not None:
            line.end()


def _changed(before: RunFolder, after: RunFolder, manifest: JobManifest) -> int:
    old, new = _verdicts(before, manifest), _verdicts(after, manifest)
    return sum(old.get(unit) != new.get(unit) for unit in {**old, **new})


def _verdicts(folder: RunFolder, manifest: JobManifest) -> dict[tuple[str, int], Any]:
    """Return the values of each record; None for one without a score."""
    return {
        (record.sample_id, record.repeat): None if record.outcome in UNSCORED else record.values
        for record in read_records(folder, *manifest.key)
    }


def _value(estimate: Estimate | None) -> str:
    return "unknown" if estimate is None else f"{estimate.value:.4f}"
