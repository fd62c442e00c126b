"""The arena in the plugin: its items, the replies and battles behind one, and how it crosses from a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.arenas import Arena, Entrant, Field, board_of, boards, fight, pairs_of
from pytest_evalscope.arenas.replies import replied
from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.benchmarks.custom.general_qa import general_qa
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.plugin.collect import settings_of
from pytest_evalscope.plugin.declare import ARENA_ATTRIBUTE, ArenaDeclaration
from pytest_evalscope.plugin.keys import ARENA_PARAMETER
from pytest_evalscope.plugin.progress import Progress
from pytest_evalscope.run import Job, Run, Settings, jobs_of
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.scorers.judging import HINT, NO_JUDGE, PREFERENCE
from pytest_evalscope.types import Leaderboard, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ArenaCase:
    """One item: what was declared, and its data set."""

    declaration: ArenaDeclaration
    benchmark: Benchmark
    """Under the name `arena-…`, so that its replies do not meet those of a test of the same benchmark."""
    models: tuple[str, ...]
    baseline: str

    @property
    def dataset(self) -> str:
        """The data set's own name."""
        return self.benchmark.name.removeprefix("arena-")


@dataclass(slots=True)
class ArenaState:
    """What is known of an arena while its item runs; sent to the collecting process as JSON."""

    baseline: str = ""
    fields: tuple[Field, ...] = ()
    results: list[Result] = field(default_factory=list)
    """Of the models' replies, which are counted and not marked."""
    first_error: str = ""
    remarks: list[str] = field(default_factory=list)

    def to_plain(self) -> dict[str, Any]:
        """Return what `arena_from_plain` reads."""
        return {
            "baseline": self.baseline,
            "fields": [asdict(each) for each in self.fields],
            "results": [result.to_plain() for result in self.results],
            "remarks": self.remarks,
        }


def arena_from_plain(fields: Mapping[str, Any], folder: Path) -> tuple[Arena, list[Result]]:
    """Return where the battles of an item are, and what became of the models' replies."""
    made = tuple(Field(**{**each, "pairs": tuple(map(tuple, each["pairs"]))}) for each in fields["fields"])
    results = [Result.from_plain(item) for item in fields["results"]]
    return Arena(folder=folder, baseline=fields["baseline"], fields=made), results


def leaderboards_of(arenas: Iterable[Arena], *, seed: int) -> list[Leaderboard]:
    """Return a leaderboard per baseline over all battles of a run; `seed` is that of the bootstrap."""
    groups: dict[str, list[Arena]] = {}
    for arena in arenas:
        groups.setdefault(arena.baseline, []).append(arena)
    return [boards(group, seed=seed) for group in groups.values()]


def parametrize_arena(metafunc: pytest.Metafunc) -> None:
    """Give a test of an arena one item per data set."""
    declaration: ArenaDeclaration = getattr(metafunc.function, ARENA_ATTRIBUTE)
    settings = settings_of(metafunc.config).run
    models = declaration.models or settings.models
    baseline = declaration.baseline or next(iter(models), "")
    try:
        pairs_of(models, baseline, declaration.schedule)
        found = [_benchmark(data, metafunc.definition.path.parent) for data in declaration.data]
    except EvalscopeError as error:
        raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from error
    cases = [
        ArenaCase(declaration=declaration, benchmark=benchmark, models=models, baseline=baseline) for benchmark in found
    ]
    metafunc.fixturenames.append(ARENA_PARAMETER)
    metafunc.parametrize(
        ARENA_PARAMETER,
        [
            pytest.param(case, id=case.dataset, marks=pytest.mark.evalscope(arena=case.dataset, baseline=baseline))
            for case in cases
        ],
    )


def require_arena_judges(settings: Settings) -> None:
    """Raise UsageError, before anything is asked, for an arena when no judge is named.

    Battles of a run folder may keep the verdicts that they have.
    """
    if not settings.judges and settings.run_dir is None:
        raise UsageError(f"arena: judges compare the replies, but {NO_JUDGE}", hint=HINT)


def obtain(run: Run, case: ArenaCase, state: ArenaState, progress: Progress | None) -> list[str]:
    """Obtain every model's replies, which are put into `state`, and return the subsets that they are to.

    Raises DataError and ModelError as a benchmark does.
    """
    tick = None if progress is None else progress.tick
    jobs = [job for name in case.models for job in _jobs(case, name, run.settings)]
    run.submit(jobs)
    for job in jobs:
        state.results.append(result_of_job(job, run.result(job, tick=tick), weight=0.0))
    return list(dict.fromkeys(job.subset for job in jobs))


def hold(
    run: Run, case: ArenaCase, subsets: Sequence[str], state: ArenaState, progress: Progress | None
) -> Leaderboard:
    """Have the models' replies compared; what becomes known is put into `state` on the way.

    Raises DataError and ModelError as a benchmark does.
    """
    tick = None if progress is None else progress.tick
    state.baseline = case.baseline
    state.fields = fight(
        run,
        [Entrant(name=name, folder=run.folder.path, model=name) for name in case.models],
        case.dataset,
        subsets,
        baseline=case.baseline,
        schedule=case.declaration.schedule,
        criteria=case.declaration.criteria or PREFERENCE,
        benchmark=case.benchmark.name,
        tick=tick,
    )
    keys = [key for each in state.fields for _, key in each.battles()]
    state.first_error = next((error for key in keys if (error := run.tallies[key].first_error)), "")
    arena = Arena(folder=run.folder.path, baseline=case.baseline, fields=state.fields)
    return board_of(arena, seed=run.settings.seed)


def _jobs(case: ArenaCase, name: str, settings: Settings) -> Sequence[Job]:
    own = dict(case.declaration.params.get(name, {}))
    opened = str(own.pop("model", name))
    options = {"params": own, **({} if case.declaration.limit is None else {"limit": case.declaration.limit})}
    # Battles are about one reply to each sample, and it is they that judges mark.
    settings = replace(settings, repeats=1, judge_strategy="auto")
    made = jobs_of(case.benchmark, name, settings, options, where="@arena")
    return made if opened == name else [replace(job, alias_of=opened) for job in made]


def _benchmark(data: str | Path | Benchmark, folder: Path) -> Benchmark:
    """Return the data set of an arena with a mark that only counts replies. Raises UnknownName and DataNotFound."""
    if isinstance(data, Benchmark):
        found = data
    elif isinstance(data, Path) or (folder / data).exists():
        path = folder / data
        found = general_qa(path, name=path.name.partition(".")[0], judged=True)
    else:
        found = load(data)
    return replace(
        found,
        name=f"arena-{found.name}",
        score=replied(),
        metrics={},
        primary_metric="",
        aggregation="mean",
        axes=(),
        needs=(),
        task_type="arena",
    )
