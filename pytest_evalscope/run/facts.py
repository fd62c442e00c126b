"""What a run folder tells of each job: enough to count its records again, join them with others', and mark them anew.

`configs/jobs/<model>/<benchmark>/<subset>.json`, written by the process that asks the job, once its data has been read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.benchmarks import Benchmark, load, names
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import DataError, ScorerError
from pytest_evalscope.run import read
from pytest_evalscope.run.plan import Job
from pytest_evalscope.run.shard import Shard, shard_of
from pytest_evalscope.run.store import RunFolder
from pytest_evalscope.scorers import bleu, chrf
from pytest_evalscope.stats import described, metric_of
from pytest_evalscope.types import Completion, Context, Metric, Model, Sample, Score, plain
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import folder_name

SCHEMA = 1
FOLDER = "configs/jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One job as its run folder tells it."""

    model: str
    benchmark: str
    subset: str
    version: str
    title: str
    task_type: str
    tags: tuple[str, ...]
    needs: tuple[str, ...]
    values: tuple[str, ...]
    """The keys of every mark."""
    metrics: Mapping[str, Any]
    """Metric → how it is made of the values; null for a function of the user's own."""
    primary_metric: str
    identity: Mapping[str, Any]
    """The model's."""
    params: Mapping[str, Any]
    prompt: str
    """A hash of the solver's settings: template, worked examples."""
    limit: int | float | None
    repeats: int
    seed: int
    shard: str
    """`3/8`; empty for all samples."""
    planned: int
    """Records of this shard."""
    whole: int
    """Records of all shards together."""
    expected: int | None
    """Records of all shards together, as the benchmark's card has it."""
    data_hash: str
    """Over the samples of all shards, in order."""
    axes: tuple[str, ...] = ()
    """The values that a heat map has across and down."""
    solve: str = ""
    """The kind of the solver; empty for a function of the user's own."""
    derived: bool = False
    """Whether its samples are made of other jobs' replies."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the job in files and reports: model, benchmark and subset."""
        return (self.model, self.benchmark, self.subset)

    @property
    def part(self) -> Shard | None:
        """The shard; None for all samples."""
        return shard_of(self.shard, "shard")


def facts_of(job: Job, model: Model, *, planned: int, whole: int, data_hash: str) -> Facts:
    """Return what is worth keeping of a job whose data has been read."""
    benchmark = job.benchmark
    return Facts(
        model=job.model,
        benchmark=benchmark.name,
        subset=job.subset,
        version=benchmark.version,
        title=benchmark.title,
        task_type=benchmark.task_type,
        tags=benchmark.tags,
        needs=benchmark.needs,
        values=tuple(benchmark.score.metrics),
        metrics={name: described(metric) for name, metric in benchmark.metrics.items()},
        primary_metric=benchmark.primary_metric,
        identity=_shown(model.identity),
        params=_shown(job.params),
        prompt=_prompt(benchmark.solve),
        limit=job.limit,
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
    )


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as JSON types, free of secrets."""
    made: dict[str, Any] = orjson.loads(read.without_secrets(to_json(plain(values)).decode()))
    return made


def write_facts(folder: RunFolder, facts: Facts) -> None:
    """Write a job's facts into the run folder."""
    path = _path(facts.key)
    (folder.path / path).parent.mkdir(parents=True, exist_ok=True)
    folder.write_json(
        path, {"schema": SCHEMA, **plain({item.name: getattr(facts, item.name) for item in fields(facts)})}
    )


def read_facts(folder: RunFolder) -> Iterator[Facts]:
    """Yield the facts of every job in a run folder, in the order of their paths. Raises DataError for a broken file."""
    for path in sorted((folder.path / FOLDER).glob("*/*/*.json")):
        yield _read(path)


def find_facts(folder: RunFolder, key: tuple[str, str, str]) -> Facts | None:
    """Return the facts of one job; None where the folder knows of none. Raises DataError for a broken file."""
    path = folder.path / _path(key)
    return _read(path) if path.is_file() else None


def _path(key: tuple[str, str, str]) -> str:
    model, benchmark, subset = map(folder_name, key)
    return f"{FOLDER}/{model}/{benchmark}/{subset}.json"


def _read(path: Path) -> Facts:
    from pydantic import ValidationError

    try:
        made: Facts = _form().validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: does not tell of a job ({' '.join(str(error).split())[:300]})") from error
    return made


@cache
def _form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Facts)


def _kind(solve: object) -> str:
    return type(solve).__name__ if is_dataclass(solve) else ""


def _prompt(solve: object) -> str:
    """Return a hash of the solver's plain settings; empty for a function of the user's own."""
    if not is_dataclass(solve):
        return ""
    settings = {item.name: getattr(solve, item.name) for item in fields(solve)}
    kept = {name: value for name, value in settings.items() if isinstance(value, (str, int, float, type(None)))}
    return hashlib.blake2b(to_json([_kind(solve), kept], orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _Marks:
    """The scorer of records that have their marks already."""

    metrics: tuple[str, ...]
    needs: tuple[str, ...] = field(default=())

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        raise ScorerError("records: these have their marks; only a benchmark's own scorer can mark a reply")

    def failed(self, sample: Sample) -> Mapping[str, float]:
        return dict.fromkeys(self.metrics, 0.0)


def counting_job(facts: Facts) -> Job:
    """Return a job that can count the records of `facts`, and cannot be asked.

    Raises DataError for a metric that is a function of the user's own.
    """
    benchmark = Benchmark(
        name=facts.benchmark,
        data=Rows({facts.subset: ()}),
        sample=lambda row: Sample(input=str(row)),
        score=_Marks(facts.values),
        metrics={name: _metric(facts, name) for name in facts.metrics},
        primary_metric=facts.primary_metric,
        version=facts.version,
        title=facts.title,
        task_type=facts.task_type,
        tags=facts.tags,
        needs=facts.needs,
        axes=facts.axes,
    )
    return Job(
        benchmark=benchmark,
        subset=facts.subset,
        model=facts.model,
        limit=facts.limit,
        repeats=facts.repeats,
        seed=facts.seed,
        params=facts.params,
    )


def _metric(facts: Facts, name: str) -> Metric:
    made = metric_of(facts.metrics[name], {"bleu": bleu, "chrf": chrf})
    if made is not None:
        return made
    own = load(facts.benchmark) if facts.benchmark in names() else None
    if own is None or own.version != facts.version or name not in own.metrics:
        raise DataError(
            f"{facts.benchmark}: its metric {name} is a function that this command does not have",
            hint="pytest evals --eval-run-dir=FOLDER computes it, with the test that defines it",
        )
    return own.metrics[name]
