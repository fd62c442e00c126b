"""From a job to its manifest in the run folder, and back to a job that can count its records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import orjson

from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.errors import DataError, ScorerError
from pytest_evalscope.folder.jobs import JobManifest
from pytest_evalscope.run.plan import Job
from pytest_evalscope.stats import described, metric_of
from pytest_evalscope.types import Completion, Context, Declared, Metric, Model, Sample, Score, Tool, definitions, plain
from pytest_evalscope.types.encode import to_json

_SHORT = 60
_SIGNS = (
    b"://",
    b"auth",
    b"cook",
    b"cred",
    b"ey",
    b"eader",
    b"oken",
    b"pass",
    b"pwd",
    b"query",
    b"ecret",
    b"sig",
    b"ess",
)
"""Parts of what may contain a secret; a short text without any contains none."""


def manifest_of(job: Job, model: Model, *, planned: int, whole: int, data_hash: str) -> JobManifest:
    """Return the manifest of a job whose data has been read."""
    benchmark = job.benchmark
    return JobManifest(
        model=job.model,
        benchmark=benchmark.name,
        subset=job.subset,
        version=benchmark.version,
        title=benchmark.title,
        task_type=benchmark.task_type,
        tags=benchmark.tags_of(job.subset),
        needs=benchmark.needs,
        values=tuple(benchmark.score.metrics),
        metrics={name: described(metric) for name, metric in benchmark.metrics.items()},
        primary_metric=benchmark.primary_metric,
        identity=shown_params(model.identity),
        params=shown_params(job.params),
        prompt=prompt_hash(benchmark.solve),
        limit=job.limit,
        shuffle=job.shuffle,
        repeats=job.repeats,
        seed=job.seed,
        shard="" if job.shard is None else str(job.shard),
        planned=planned,
        whole=whole,
        expected=job.whole,
        data_hash=data_hash,
        axes=benchmark.axes,
        solve=_kind(benchmark.solve),
        derived=job.derived,
        declared=job.declared,
    )


def shown_params(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as JSON types, free of secrets."""
    text = to_json(plain(values))
    made: dict[str, Any] = orjson.loads(text)
    if len(text) < _SHORT and not any(sign in text for sign in _SIGNS):
        return made
    from pytest_evalscope.text.secrets import public

    shown: dict[str, Any] = public(made)
    return shown


def _kind(solve: object) -> str:
    return type(solve).__name__ if is_dataclass(solve) else ""


def prompt_hash(solve: object) -> str:
    """Return a hash of the solver's plain settings and tools; empty for a function of the user's own."""
    if not is_dataclass(solve):
        return ""
    settings = {item.name: getattr(solve, item.name) for item in fields(solve)}
    kept: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, (str, int, float, type(None))):
            kept[name] = value
        elif isinstance(value, tuple) and value and all(isinstance(each, Tool) for each in value):
            kept[name] = definitions(value)
    return hashlib.blake2b(to_json([_kind(solve), kept], orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _StoredScores:
    """The scorer of records that have their scores already."""

    metrics: tuple[str, ...]
    needs: tuple[str, ...] = field(default=())

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        raise ScorerError("records: these have their scores; only a benchmark's own scorer can score a completion")


def counting_job(manifest: JobManifest) -> Job:
    """Return a job that can count the records of `manifest`, and cannot be run.

    Raises DataError for a metric that is a function of the user's own.
    """
    from pytest_evalscope.data import Rows

    benchmark = Benchmark(
        name=manifest.benchmark,
        data=Rows({manifest.subset: ()}),
        sample=lambda row: Sample(input=str(row)),
        score=_StoredScores(manifest.values),
        metrics={name: _metric(manifest, name) for name in manifest.metrics},
        primary_metric=manifest.primary_metric,
        version=manifest.version,
        title=manifest.title,
        task_type=manifest.task_type,
        tags=manifest.tags,
        needs=manifest.needs,
        axes=manifest.axes,
    )
    return job_of(manifest, benchmark)


def job_of(manifest: JobManifest, benchmark: Benchmark) -> Job:
    """Return the job of `manifest`, of `benchmark`: a whole one, whatever part of it a shard has."""
    return Job(
        benchmark=benchmark,
        subset=manifest.subset,
        model=manifest.model,
        limit=manifest.limit,
        shuffle=manifest.shuffle,
        repeats=manifest.repeats,
        seed=manifest.seed,
        params=manifest.params,
        declared=manifest.declared or Declared(),
    )


def _metric(manifest: JobManifest, name: str) -> Metric:
    from pytest_evalscope.scorers import bleu, chrf

    made = metric_of(manifest.metrics[name], {"bleu": bleu, "chrf": chrf})
    if made is not None:
        return made
    own = load(manifest.benchmark) if manifest.benchmark in names() else None
    if own is None or own.version != manifest.version or name not in own.metrics:
        raise DataError(
            f"{manifest.benchmark}: its metric {name} is a function that this command does not have",
            hint="pytest evals --eval-run-dir=FOLDER computes it, with the test that defines it",
        )
    return own.metrics[name]
