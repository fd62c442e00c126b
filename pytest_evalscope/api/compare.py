"""Comparing runs: two measurements of the same samples, sample by sample."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.folder.jobs import JobManifest
from pytest_evalscope.folder.recorded import Recorded, open_run
from pytest_evalscope.folder.records import read_records
from pytest_evalscope.folder.samples import read_units
from pytest_evalscope.reports.comparison import Compared, Comparison, Flip, Level, Side
from pytest_evalscope.stats.metric_spec import values_in
from pytest_evalscope.stats.paired import difference, holm, independent
from pytest_evalscope.types import UNSCORED, Declared
from pytest_evalscope.types.names import JobKey

FLIPS = 3
"""Samples that are shown of those that lost, and of those that gained."""
_SETTINGS = ("version", "prompt", "limit", "repeats", "seed", "shuffle", "data_hash", "shard")
Unit = tuple[str, int]


def compare(runs: Sequence[str | Path], *, models: Sequence[str] = (), flips: int = FLIPS) -> list[Comparison]:
    """Return each further run, or model, beside the first: nothing is requested, and no run is changed.

    Samples are paired by id and repeat; those without a score on one side are in no pair, and counted. Of a metric
    that is no mean of samples (corpus F1, pass@k) the value of each sample is compared that it is made of.

    Args:
        runs: Run folders; of a single one its models are compared.
        models: The models to compare: one for all runs, or one for each; empty for those that the runs have in common.
        flips: The number of samples to show of those that lost, and of those that gained.

    Raises:
        UsageError: What is no run folder, a model that no run has, runs without anything in common.
        DataError: A broken file in a run folder.
    """
    sides = _sides([_opened(open_run(Path(path), "compare")) for path in runs], models)
    return [_compared(first, second, flips) for first, second in sides]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A run, or one model of it."""

    run: Recorded
    jobs: tuple[JobManifest, ...]

    @property
    def models(self) -> list[str]:
        return list(dict.fromkeys(job.model for job in self.jobs))

    def of(self, model: str) -> _Opened:
        return replace(self, jobs=tuple(job for job in self.jobs if job.model == model))

    @property
    def side(self) -> Side:
        return Side(run=str(self.run), model=", ".join(self.models))


def _opened(run: Recorded) -> _Opened:
    jobs = tuple(run.jobs())
    if not jobs:
        raise UsageError(f"compare: no benchmark has been measured in this run ({run})")
    return _Opened(run=run, jobs=jobs)


def _sides(runs: Sequence[_Opened], models: Sequence[str]) -> list[tuple[_Opened, _Opened]]:
    """Return the pairs to compare, the first side of each being the first of all."""
    known = list(dict.fromkeys(model for run in runs for model in run.models))
    for model in models:
        if model not in known:
            raise UnknownName("compare: model", model, known)
    if len(runs) == 1:
        (run,) = runs
        named = list(models) if len(models) > 1 else [*models, *(model for model in run.models if model not in models)]
        if len(named) < 2:
            raise UsageError(f"compare: one run with one model ({named[0]}, {run.run}); accepted: RUN RUN …")
        return [(run.of(named[0]), run.of(other)) for other in named[1:]]
    if len(models) > 1 and len(models) != len(runs):
        raise UsageError(f"--model: {len(models)} models for {len(runs)} runs; accepted: one for all, or one for each")
    if len(models) > 1:
        chosen = [run.of(model) for run, model in zip(runs, models, strict=True)]
        for run, model in zip(chosen, models, strict=True):
            if not run.jobs:
                raise UsageError(f"--model: {model} is not in {run.run}")
        return [(chosen[0], other) for other in chosen[1:]]
    first, *others = [run.of(models[0]) for run in runs] if models else runs
    return [pair for other in others for pair in _same_models(first, other)]


def _same_models(first: _Opened, second: _Opened) -> list[tuple[_Opened, _Opened]]:
    common = [model for model in first.models if model in second.models]
    if common:
        return [(first.of(model), second.of(model)) for model in common]
    if len(first.models) == len(second.models) == 1:
        return [(first, second)]
    raise UsageError(
        f"compare: no model is in both runs ({', '.join(first.models)}; {', '.join(second.models)})",
        hint="name one for each run: --model A --model B",
    )


@dataclass(slots=True)
class _Pairs:
    """The pairs of one subset, or of several."""

    firsts: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    unscored: int = 0
    only_first: int = 0
    only_second: int = 0

    def add(self, other: _Pairs) -> None:
        """Take in the pairs of another subset."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self, level: Level, name: str, value: str) -> Compared:
        """Return what the pairs come to."""
        counts = {"unscored": self.unscored, "only_first": self.only_first, "only_second": self.only_second}
        if not self.firsts:
            return Compared(level=level, name=name, value=value, first=None, second=None, difference=None, **counts)
        numbers: dict[str, int] = {}
        clusters = [numbers.setdefault(cluster, len(numbers)) for cluster in self.clusters]
        return Compared(
            level=level, name=name, value=value, **counts,
            first=math.fsum(self.firsts) / len(self.firsts),
            second=math.fsum(self.seconds) / len(self.seconds),
            difference=difference(self.firsts, self.seconds, clusters),
        )  # fmt: skip


def _compared(first: _Opened, second: _Opened, flips: int) -> Comparison:
    others = {job.key[1:]: job for job in second.jobs}
    subsets: list[Compared] = []
    benchmarks: dict[str, tuple[JobManifest, str, _Pairs]] = {}
    changed: list[tuple[float, JobManifest, JobManifest, Unit]] = []
    for job in first.jobs:
        other = others.pop(job.key[1:], None)
        if other is None:
            continue
        value = _value_of(job)
        pairs = _pairs(first.run, job, second.run, other, value)
        subsets.append(pairs.row("subset", f"{job.benchmark}/{job.subset}", value))
        benchmarks.setdefault(job.benchmark, (job, value, _Pairs()))[2].add(pairs)
        changed += _changed(pairs, job, other, flips)
    if not benchmarks:
        raise UsageError(f"compare: no subset has been measured in both ({first.run}, {second.run})")
    rows = _adjusted([pairs.row("benchmark", name, value) for name, (_, value, pairs) in benchmarks.items()])
    declared = {name: job.declared or Declared() for name, (job, *_) in benchmarks.items()}
    groups = _groups({name: job for name, (job, *_) in benchmarks.items()}, declared)
    whole = _joined("index", "all, weighted", rows, [declared[row.name].weight for row in rows])
    return Comparison(
        first=first.side,
        second=second.side,
        rows=(*rows, *subsets, *_joined_groups(rows, groups), *([whole] if len(rows) > 1 else ())),
        flips=tuple(_flips(first.run, second.run, _most(changed, flips))),
        differences=tuple(_differences(first, second)),
    )


def _value_of(job: JobManifest) -> str:
    """Return the value of each sample that is compared: the first of those that the primary metric is made of."""
    read = values_in(job.metrics.get(job.primary_metric) or ())
    return next((name for name in (*read, job.primary_metric) if name in job.values), job.values[0])


def _pairs(run: Recorded, job: JobManifest, other_run: Recorded, other: JobManifest, value: str) -> _Pairs:
    made = _Pairs()
    before = {
        (record.sample_id, record.repeat): None if record.outcome in UNSCORED else record.values.get(value)
        for record in read_records(run.folder, *job.key)
    }
    for record in read_records(other_run.folder, *other.key):
        unit = (record.sample_id, record.repeat)
        if unit not in before:
            made.only_second += 1
            continue
        first, second = before.pop(unit), None if record.outcome in UNSCORED else record.values.get(value)
        if first is None or second is None:
            made.unscored += 1
            continue
        made.firsts.append(first)
        made.seconds.append(second)
        made.clusters.append(f"{job.benchmark}/{job.subset}/{record.group or record.sample_id}")
        made.units.append(unit)
    made.only_first = len(before)
    return made


def _adjusted(rows: Sequence[Compared]) -> list[Compared]:
    tested = [row.difference.p for row in rows if row.difference is not None]
    adjusted = iter(holm(tested))
    return [row if row.difference is None else replace(row, adjusted=next(adjusted)) for row in rows]


def _groups(jobs: Mapping[str, JobManifest], declared: Mapping[str, Declared]) -> dict[tuple[Level, str], list[str]]:
    """Return the groups of benchmarks: (level, name) → benchmarks."""
    made: dict[tuple[Level, str], list[str]] = {}
    for name, job in jobs.items():
        made.setdefault(("task", declared[name].task_type or job.task_type), []).append(name)
        tags = declared[name].tags
        for tag in dict.fromkeys(job.tags if tags is None else tags):
            made.setdefault(("tag", tag), []).append(name)
    return made


def _joined_groups(rows: Sequence[Compared], groups: Mapping[tuple[Level, str], list[str]]) -> Iterator[Compared]:
    for (level, name), members in groups.items():
        if len(members) < 2:  # it would only repeat its benchmark
            continue
        parts = [row for row in rows if row.name in members]
        yield _joined(level, name, parts, [1.0] * len(parts))


def _joined(level: Level, name: str, rows: Sequence[Compared], weights: Sequence[float]) -> Compared:
    """Return the weighted mean of benchmarks, those without pairs left out."""
    used = [
        (weight, row.first, row.second, row.difference)
        for row, weight in zip(rows, weights, strict=True)
        if row.difference is not None and row.first is not None and row.second is not None and weight > 0
    ]
    counts = {each: sum(getattr(row, each) for row in rows) for each in ("unscored", "only_first", "only_second")}
    if not used:
        return Compared(level=level, name=name, value="mean", first=None, second=None, difference=None, **counts)
    total = math.fsum(weight for weight, *_ in used)
    return Compared(
        level=level, name=name, value="mean", **counts,
        first=math.fsum(weight * first for weight, first, *_ in used) / total,
        second=math.fsum(weight * second for weight, _, second, _ in used) / total,
        difference=independent([made for *_, made in used], [weight for weight, *_ in used]),
    )  # fmt: skip


def _changed(
    pairs: _Pairs, job: JobManifest, other: JobManifest, flips: int
) -> list[tuple[float, JobManifest, JobManifest, Unit]]:
    """Return the samples of one subset that changed most, `flips` at most in each direction."""
    changes = (
        (after - before, unit) for before, after, unit in zip(pairs.firsts, pairs.seconds, pairs.units, strict=True)
    )
    return _most([(change, job, other, unit) for change, unit in changes if change], flips)


def _most(changed: Iterable[Any], flips: int) -> list[Any]:
    ordered = sorted(changed, key=lambda one: one[0])  # stable: of equal changes the first that was measured
    gained = [one for one in ordered if one[0] > 0]
    return [*[one for one in ordered if one[0] < 0][:flips], *sorted(gained, key=lambda one: -one[0])[:flips]]


def _flips(
    run: Recorded, other_run: Recorded, chosen: Sequence[tuple[float, JobManifest, JobManifest, Unit]]
) -> Iterator[Flip]:
    units: dict[tuple[JobKey, JobKey], set[Unit]] = {}
    for _, job, other, unit in chosen:
        units.setdefault((job.key, other.key), set()).add(unit)
    read = {
        keys: (read_units(run.folder, keys[0], found), read_units(other_run.folder, keys[1], found))
        for keys, found in units.items()
    }
    for change, job, other, unit in chosen:
        first, second = (records[unit] for records in read[job.key, other.key])
        yield Flip(benchmark=job.benchmark, subset=job.subset, change=change, first=first, second=second)


def _differences(first: _Opened, second: _Opened) -> Iterator[str]:
    """Yield which settings are not the same on both sides, each once with the benchmarks that it is about."""
    others = {job.key[1:]: job for job in second.jobs}
    found: dict[str, dict[str, None]] = {}
    for job in first.jobs:
        other = others.pop(job.key[1:], None)
        if other is None:
            found.setdefault("only on the first side", {})[f"{job.benchmark}/{job.subset}"] = None
            continue
        for sentence in _unlike(job, other):
            found.setdefault(sentence, {})[job.benchmark] = None
    for job in others.values():
        found.setdefault("only on the second side", {})[f"{job.benchmark}/{job.subset}"] = None
    for sentence, names in found.items():
        yield f"{sentence} ({', '.join(names)})"


def _unlike(job: JobManifest, other: JobManifest) -> Iterator[str]:
    for name in sorted({*job.params, *other.params}):
        if job.params.get(name) != other.params.get(name):
            yield f"{name}: {job.params.get(name)} → {other.params.get(name)}"
    for name in _SETTINGS:
        before, after = getattr(job, name), getattr(other, name)
        if before != after:
            yield f"{name.replace('_', ' ')}: {_brief(before)} → {_brief(after)}"
    if dict(job.metrics) != dict(other.metrics):
        yield "the metrics"
    if job.model == other.model and dict(job.identity) != dict(other.identity):
        yield "the model's endpoint or settings"


def _brief(value: object) -> str:
    return str(value)[:12] if value not in (None, "") else "none"
