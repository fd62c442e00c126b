"""The plan of an evaluation, made before anything is requested or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.collections import Member
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.folder.paths import refuse_one_file
from pytest_evalscope.models import resolve
from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.run import (
    Job,
    Settings,
    jobs_of,
    jobs_of_members,
    judge_models,
    require_judges,
    require_known_judges,
    require_requests,
)
from pytest_evalscope.run.indexes import Index, members_of, sampled
from pytest_evalscope.run.options import refuse_values
from pytest_evalscope.run.prices import require_prices
from pytest_evalscope.types import Model
from pytest_evalscope.types.names import JobKey

AnyModel = str | Model | Callable[..., Any]
"""A name such as `openai/gpt-4o-mini`, a model, or a function from messages to text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Jobs that are counted as one: a benchmark's subsets, or an index, run with one model."""

    model: str
    jobs: tuple[Job, ...]
    index: str = ""
    """The name of the index; empty for a benchmark."""
    members: tuple[Member, ...] = ()
    """The member of the index that each job is; empty for a benchmark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All jobs of an evaluation. Making one reports every mistake that can be found beforehand."""

    settings: Settings
    models: Mapping[str, Model]
    """By the names they go by in reports."""
    groups: tuple[Group, ...]
    indexes: tuple[str, ...] = ()
    """The source that each index was read from; the name of one that was given as a value."""
    remarks: tuple[str, ...] = ()
    """Remarks that a reader of the indexes must not miss."""

    @property
    def jobs(self) -> Iterator[Job]:
        """All jobs, in the order in which they are run."""
        return (job for group in self.groups for job in group.jobs)

    def __str__(self) -> str:
        return "\n".join(
            one_line(
                f"{job.benchmark.name}/{job.subset} of {job.model}: "
                + ("all samples" if job.planned is None else f"{job.planned} samples")
            )
            for job in self.jobs
        )


def plan_of(
    benchmarks: Iterable[str | Benchmark],
    indexes: Iterable[Index],
    models: Iterable[AnyModel] | Mapping[str, AnyModel],
    settings: Settings,
) -> Plan:
    """Return the plan of an evaluation; the samples of an index are chosen here.

    Raises UsageError and DataError as `evaluate` does.
    """
    refuse_values(settings)
    named = named_models(models, settings)
    loaded = list(_loaded(benchmarks))
    given = list(indexes)
    mixed = [sampled(index, settings, benchmarks=loaded) for index in given]
    if not loaded and not mixed:
        raise UsageError("datasets: none is named; `pytest-evalscope benchmarks` lists them")
    known = {*(benchmark.name for benchmark in loaded), *(leaf.dataset for one in mixed for leaf in one.leaves)}
    for name in settings.dataset_args:
        if name not in known:
            hint = "only benchmarks that are run have options"
            raise UnknownName("settings.dataset_args: benchmark", name, known, hint=hint)
    groups = []
    for benchmark in loaded:
        for model in named:
            jobs = jobs_of(benchmark, model, settings, {}, where=f"dataset_args of {benchmark.name}")
            groups.append(Group(model=model, jobs=tuple(jobs)))
    for one in mixed:
        members = members_of(one, settings.limit)  # type: ignore[arg-type]  # `sampled` has refused a share
        for model in named:
            jobs = jobs_of_members(members, model, settings)
            groups.append(Group(model=model, jobs=tuple(jobs), index=one.name, members=members))
    plan = Plan(
        settings=replace(settings, models=tuple(named)),
        models=named,
        groups=tuple(groups),
        indexes=tuple(str(index) if isinstance(index, (str, Path)) else index.name for index in given),
        remarks=tuple(remark for one in mixed for remark in one.remarks),
    )
    _refuse_twins(plan.jobs)
    require_judges(plan.jobs, plan.settings)
    require_requests(plan.jobs, plan.settings, lambda job: named[job.model])
    require_known_judges(settings)
    priced = [*(model.name for model in named.values()), *judge_models(settings)]
    require_prices(priced, settings.prices, budget=settings.cost_budget)
    return plan


def _loaded(benchmarks: Iterable[str | Benchmark]) -> Iterator[Benchmark]:
    """Yield each benchmark, one that is named twice once. Raises UnknownName."""
    names: set[str] = set()
    for item in benchmarks:
        if not isinstance(item, str):
            yield item
        elif item not in names:
            names.add(item)
            yield load(item)


def named_models(models: Iterable[AnyModel] | Mapping[str, AnyModel], settings: Settings) -> dict[str, Model]:
    """Return the models, opened, by the names they go by: those of a mapping's keys, else their own.

    Raises UsageError for a name that means no model, for a value that is none, and for no model at all.
    """
    pairs = list(models.items()) if isinstance(models, Mapping) else [(_own_name(model), model) for model in models]
    made: dict[str, Model] = {}
    given: dict[str, AnyModel] = {}
    options = replace(settings.model, concurrency=settings.concurrency)
    for name, model in pairs:
        if given.setdefault(name, model) != model:
            raise UsageError(
                f"model {name}: two go by this name; each needs its own",
                hint='give them names: models={"first": …, "second": …}',
            )
        if name not in made:
            made[name] = resolve(model, options) if isinstance(model, str) else as_model(name, model, options)
    if not made:
        raise UsageError(
            "model: none is named; accepted: provider/model, such as openai/gpt-4o-mini",
            hint="fake/echo or fake/letter:A answer by a rule, for a dry run",
        )
    return made


def _own_name(model: AnyModel) -> str:
    if isinstance(model, str):
        return model
    name = getattr(model, "name", None) or getattr(model, "__name__", None)
    return name if isinstance(name, str) else type(model).__name__


def _refuse_twins(jobs: Iterable[Job]) -> None:
    """Raise UsageError for a job that is planned twice: each group counts its own."""
    keys: set[JobKey] = set()
    for job in jobs:
        if job.key in keys:
            raise UsageError(
                f"{job.benchmark.name}: requested twice, and files and reports go by this name; "
                "each benchmark and index needs its own"
            )
        keys.add(job.key)
    refuse_one_file(keys)
