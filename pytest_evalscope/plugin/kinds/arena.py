"""Tests of an arena: one item per dataset, whose fixture is `leaderboard`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.arenas import Arena, Entrant, Field, board_of, boards, fight, pairs_of, require_arena_judges
from pytest_evalscope.arenas.replies import replied
from pytest_evalscope.benchmarks import Benchmark, load
from pytest_evalscope.benchmarks.custom.general_qa import general_qa
from pytest_evalscope.errors import EvalscopeError, GateError, UsageError
from pytest_evalscope.gates import tolerated
from pytest_evalscope.plugin.declare import ArenaDeclaration
from pytest_evalscope.plugin.item_report import fail, gate_result, placed, state_of
from pytest_evalscope.plugin.keys import case_of
from pytest_evalscope.plugin.session import EvalSession
from pytest_evalscope.run import Job, Settings, jobs_of
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.scorers.judging import PREFERENCE
from pytest_evalscope.types import Declared, Leaderboard, Result

if TYPE_CHECKING:
    from pytest_evalscope.api.failing import Behind
    from pytest_evalscope.plugin.cases import Ended
    from pytest_evalscope.plugin.collector import Gathered

_ONE_COMPLETION = (
    "arena: --eval-repeats={} has no effect on battles, which are about one completion of each sample; "
    "for narrower intervals add samples"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArenaCase:
    """One item: its declaration and its dataset."""

    declaration: ArenaDeclaration
    benchmark: Benchmark
    """Under the name `arena-…`, so that its completions do not meet those of a test of the same benchmark."""
    models: tuple[str, ...]
    baseline: str
    model: str = ""
    own_model: bool = True
    jobs: Sequence[Job] = ()
    """None are requested ahead."""

    @property
    def dataset(self) -> str:
        """The dataset's own name."""
        return self.benchmark.name.removeprefix("arena-")

    @property
    def id(self) -> str:
        """The part of the node id in brackets."""
        return self.dataset

    @property
    def label(self) -> str:
        """The name for people."""
        return f"arena {self.dataset} against {self.baseline}"

    @property
    def opened(self) -> Sequence[str]:
        """The names that its models are opened by; an empty one where none is named."""
        params = self.declaration.params
        return tuple(str(params.get(name, {}).get("model", name)) for name in self.models) or ("",)

    @property
    def marker(self) -> Mapping[str, str]:
        """The arguments of the marker `evalscope`."""
        return {"arena": self.dataset, "baseline": self.baseline}

    def names(self) -> tuple[Sequence[str], Sequence[str], bool]:
        """Return the data set as a benchmark whose options it reads; no threshold is for it."""
        return (), (self.benchmark.name,), False

    def shares_requests_with(self, _: Path) -> Collection[str]:
        """Return none."""
        return ()

    def measure(self) -> MeasuredArena:
        """Return the state of the item before anything is measured."""
        return MeasuredArena(dataset=self.dataset, baseline=self.baseline)

    def require(self, settings: Settings) -> None:
        """Raise UsageError when no judge is named, or too few models are."""
        if self.models:
            pairs_of(self.models, self.baseline, self.declaration.schedule)
        require_arena_judges(settings)


@dataclass(slots=True)
class MeasuredArena:
    """The state of an arena while its item runs."""

    dataset: str = ""
    baseline: str = ""
    fields: tuple[Field, ...] = ()
    results: list[Result] = field(default_factory=list)
    """Results of the models' completions, which are counted and not scored."""
    first_error: str = ""
    trace: str = ""
    """Traceback of the first exception in the user's own code."""
    battles: int = 0
    unscored: int = 0
    """Battles without a verdict."""
    repeats: int = 1
    """Completions of each sample that were wanted; battles are about one."""
    kind = "arena"

    @property
    def begun(self) -> bool:
        """True if completions were recorded."""
        return bool(self.results)

    def unmet(self, _: Collection[tuple[str, float]]) -> None:
        """Return nothing: no threshold is declared for it."""

    def behind(self, _: tuple[str, bool] | None) -> Sequence[Behind]:
        """Return none: a leaderboard is of battles, and no completion fails alone."""
        return ()

    def gate(self, ended: Ended) -> Result:
        """Return the gate on the leaderboard, under the name of its baseline; planned and counted are battles."""
        outcomes = {"scored": self.battles - self.unscored, "scorer_error": self.unscored}
        return gate_result(
            ended,
            benchmark=f"arena {self.dataset}",
            model=self.baseline,
            planned=self.battles,
            outcomes={name: count for name, count in outcomes.items() if count},
            task_type="arena",
        )

    def to_plain(self, ended: Ended) -> dict[str, Any]:
        """Return what `collect` reads."""
        return {
            "gate": self.gate(ended).to_plain(),
            "baseline": self.baseline,
            "fields": [asdict(each) for each in self.fields],
            "remarks": [_ONE_COMPLETION.format(self.repeats)] if self.repeats > 1 else [],
            "results": [placed(result, ended).to_plain() for result in self.results],
        }

    def properties(self, _: Ended) -> Sequence[tuple[str, str | float]]:
        """Return none."""
        return ()


def cases(declaration: ArenaDeclaration, metafunc: pytest.Metafunc, settings: Settings, own: bool) -> list[ArenaCase]:
    """Return the items of a declaration, one per dataset. Raises UsageError, UnknownName, DataNotFound."""
    models = declaration.models or settings.models
    baseline = declaration.baseline or next(iter(models), "")
    if declaration.models:  # too few of `--model` are no mistake of the test, but the item's error
        pairs_of(models, baseline, declaration.schedule)
    return [
        ArenaCase(
            declaration=declaration,
            benchmark=_benchmark(data, metafunc.definition.path.parent),
            models=models,
            baseline=baseline,
        )
        for data in declaration.data
    ]


def deliver(session: EvalSession, item: pytest.Item) -> Leaderboard:
    """Have the item's battles judged; ends the item as an error where too many of them have no verdict."""
    case, state = case_of(item), state_of(item)
    if not isinstance(case, ArenaCase):
        fail(item, UsageError("leaderboard: this test declares no arena", hint="decorate it with @arena(…)"))
    settings = session.settings.run
    session.skip_without_model(case.opened)
    measured = state.measured = case.measure()
    try:
        case.require(settings)
        subsets = _obtain(session, case, measured)
        session.leave_to_merge(f"{sum(result.planned for result in measured.results)} completions recorded")
        board = _hold(session, case, subsets, measured)
    except EvalscopeError as error:
        fail(item, error)
    finally:
        session.pause()
    measured.battles, measured.unscored = board.battles, board.unscored
    if not tolerated(board.unscored, settings.max_errors, board.battles):
        reason = f": {measured.first_error}" if measured.first_error else ""
        fail(
            item,
            GateError(f"{board.unscored} of {board.battles} battles have no verdict{reason}"),
            trace=measured.trace,
        )
    return board


def _obtain(session: EvalSession, case: ArenaCase, measured: MeasuredArena) -> list[str]:
    """Obtain every model's completions and return the subsets that they belong to. Raises DataError, ModelError."""
    run = session.open_run()
    measured.repeats = run.settings.repeats
    jobs = [job for name in case.models for job in _jobs(case, name, run.settings)]
    run.submit(jobs)
    for job in jobs:
        measured.results.append(result_of_job(job, run.result(job, tick=session.tick())))
    return list(dict.fromkeys(job.subset for job in jobs))


def _hold(session: EvalSession, case: ArenaCase, subsets: Sequence[str], measured: MeasuredArena) -> Leaderboard:
    """Have the models' completions compared. Raises DataError and ModelError as a benchmark does."""
    run = session.open_run()
    measured.dataset, measured.baseline = case.dataset, case.baseline
    measured.fields = fight(
        run,
        [Entrant(name=name, folder=run.folder.path, model=name) for name in case.models],
        case.dataset,
        subsets,
        baseline=case.baseline,
        schedule=case.declaration.schedule,
        criteria=case.declaration.criteria or PREFERENCE,
        benchmark=case.benchmark.name,
        tick=session.tick(),
    )
    keys = [key for each in measured.fields for _, key in each.battles()]
    measured.first_error = next((error for key in keys if (error := run.tallies[key].first_error)), "")
    measured.trace = next((trace for key in keys if (trace := run.tallies[key].first_traceback)), "")
    arena = Arena(folder=run.folder.path, baseline=case.baseline, fields=measured.fields)
    return board_of(arena, seed=run.settings.seed)


def collect(gathered: Gathered, nodeid: str, fields: Mapping[str, Any]) -> None:
    """Take in what an item's report carries: its gate, the place of its battles, and the counts of completions."""
    gate = Result.from_plain(fields["gate"])
    gathered.add(gate)
    if gate.verdict == "skipped":
        return
    gathered.remarks += [remark for remark in fields["remarks"] if remark not in gathered.remarks]
    made = tuple(Field(**{**each, "pairs": tuple(map(tuple, each["pairs"]))}) for each in fields["fields"])
    if made:
        gathered.arenas[nodeid] = Arena(folder=gathered.folder, baseline=fields["baseline"], fields=made)
    for result in map(Result.from_plain, fields["results"]):
        gathered.results[result.model, result.benchmark, result.subset] = result


def leaderboards_of(arenas: Iterable[Arena], *, seed: int) -> list[Leaderboard]:
    """Return a leaderboard per baseline over all battles of a run; `seed` is that of the bootstrap."""
    groups: dict[str, list[Arena]] = {}
    for arena in arenas:
        groups.setdefault(arena.baseline, []).append(arena)
    return [boards(group, seed=seed) for group in groups.values()]


def _jobs(case: ArenaCase, name: str, settings: Settings) -> Sequence[Job]:
    own = dict(case.declaration.params.get(name, {}))
    opened = str(own.pop("model", name))
    options = {"params": own, **({} if case.declaration.limit is None else {"limit": case.declaration.limit})}
    # Battles are about one completion of each sample, and it is they that judges score.
    settings = replace(settings, repeats=1, judge_strategy="auto")
    made = jobs_of(case.benchmark, name, settings, options, where="@arena", opened=opened)
    alias = "" if opened == name else opened
    return [replace(job, alias_of=alias, declared=Declared(weight=0.0)) for job in made]


def _benchmark(data: str | Path | Benchmark, folder: Path) -> Benchmark:
    """Return the dataset of an arena with a scorer that only counts. Raises UnknownName and DataNotFound."""
    if not isinstance(data, (str, Path, Benchmark)):
        raise UsageError(
            f"@arena: data: not a benchmark ({data!r}); accepted: the name of one, a Benchmark, or a file or folder"
        )
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
