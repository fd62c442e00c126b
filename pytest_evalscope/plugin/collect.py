"""From a decorated test to its items: one per model and subset, known without reading any data."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from pytest_evalscope.benchmarks import load
from pytest_evalscope.errors import EvalscopeError
from pytest_evalscope.plugin.declare import ATTRIBUTE, INDEX_ATTRIBUTE, Declaration, IndexDeclaration
from pytest_evalscope.plugin.keys import INDEX_PARAMETER, MODEL_PARAMETER, PARAMETER, uses_own_model
from pytest_evalscope.plugin.settings import PluginSettings, checked_settings
from pytest_evalscope.run import Job, jobs_of

APPLICATION = "application"
"""The model's name in reports where the test's `model` fixture is the user's own."""

SETTINGS = pytest.StashKey[PluginSettings]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One item: a job, and what the test declared about it."""

    job: Job
    declaration: Declaration
    own_model: bool
    """Whether the job's model is opened by its name, and not given by a user's fixture."""

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"{self.job.benchmark.name}/{self.job.subset} of {self.job.model}"

    @property
    def task_type(self) -> str:
        """The group in the index."""
        return self.declaration.task_type or self.job.benchmark.task_type

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags in the index, each once."""
        return tuple(dict.fromkeys((*self.job.benchmark.tags, *self.declaration.tags)))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCase:
    """One item of an index: what was declared, and for which model."""

    declaration: IndexDeclaration
    model: str
    own_model: bool = True


def settings_of(config: pytest.Config) -> PluginSettings:
    """Return the settings, read once."""
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = checked_settings(config)
    return config.stash[SETTINGS]


def parametrize_benchmark(metafunc: pytest.Metafunc) -> None:
    """Give a decorated test its items."""
    declaration: Declaration = getattr(metafunc.function, ATTRIBUTE)
    settings = settings_of(metafunc.config)
    own = uses_own_model(metafunc._arg2fixturedefs) or "model" not in metafunc.fixturenames
    models = settings.run.models if own else (APPLICATION,)
    try:
        cases = [case for name in models for case in _cases(declaration, name, settings, own)]
    except EvalscopeError as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from error
    metafunc.fixturenames.append(PARAMETER)
    metafunc.parametrize(
        PARAMETER,
        [
            pytest.param(
                case,
                id=f"{case.job.model}-{case.job.subset}",
                marks=pytest.mark.evalscope(
                    benchmark=case.job.benchmark.name,
                    subset=case.job.subset,
                    model=case.job.model,
                    task_type=case.task_type,
                ),
            )
            for case in cases
        ],
    )


def parametrize_index(metafunc: pytest.Metafunc) -> None:
    """Give a test of an index one item per model."""
    declaration: IndexDeclaration = getattr(metafunc.function, INDEX_ATTRIBUTE)
    own = uses_own_model(metafunc._arg2fixturedefs) or "model" not in metafunc.fixturenames
    models = settings_of(metafunc.config).run.models if own else (APPLICATION,)
    metafunc.fixturenames.append(INDEX_PARAMETER)
    metafunc.parametrize(
        INDEX_PARAMETER,
        [
            pytest.param(
                IndexCase(declaration=declaration, model=name, own_model=own),
                id=name,
                marks=pytest.mark.evalscope(index=declaration.name, model=name),
            )
            for name in models
        ],
    )


def _cases(declaration: Declaration, model: str, settings: PluginSettings, own: bool) -> list[Case]:
    named = declaration.benchmark
    benchmark = load(named) if isinstance(named, str) else named
    if declaration.name:
        benchmark = replace(benchmark, name=declaration.name)
    jobs = jobs_of(benchmark, model, settings.run, declaration.options, where="@benchmark")
    return [Case(job=job, declaration=declaration, own_model=own) for job in jobs]


def parametrize_models(metafunc: pytest.Metafunc) -> None:
    """Give an ordinary test that asks for `model` one item per model, where there are several."""
    if any("model" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        return
    models = settings_of(metafunc.config).run.models
    if len(models) > 1:
        metafunc.fixturenames.append(MODEL_PARAMETER)
        metafunc.parametrize(MODEL_PARAMETER, models, ids=models)
