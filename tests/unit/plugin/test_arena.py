"""An arena's parts in the plugin: the jobs behind it, what is known on the way, and how that crosses from a worker."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.arenas import Entrant, Field
from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin import arena as module
from pytest_evalscope.plugin.arena import ArenaCase, ArenaState, arena_from_plain, hold, leaderboards_of, obtain
from pytest_evalscope.plugin.collect import settings_of
from pytest_evalscope.plugin.declare import ArenaDeclaration
from pytest_evalscope.scorers.judging import PREFERENCE


class Run:
    """A run that remembers its jobs and scores none."""

    def __init__(self, settings: Any, folder: Any) -> None:
        self.settings = settings
        self.folder = SimpleNamespace(path=folder)
        self.jobs: list[Any] = []
        self.ticks: list[Any] = []
        self.tallies: dict[Any, Any] = {}

    def submit(self, jobs: Any) -> None:
        self.jobs += jobs

    def result(self, job: Any, *, tick: Any) -> None:
        assert job in self.jobs, "all are asked before one is waited for"
        self.ticks.append(tick)


@pytest.fixture
def run(options, tmp_path) -> Any:
    """A run whose options are about ordinary benchmarks."""
    settings = settings_of(options(repeats="3", judge_strategy="llm", judge=["fake/echo"], limit="5", seed="7")).run
    return Run(settings, tmp_path)


@pytest.fixture
def case(made_job) -> Any:
    """A case of three entrants, two of them under other names."""
    benchmark = replace(made_job(count=9).benchmark, name="arena-sums")
    params: dict[str, Any] = {"cold": {"model": "fake/echo", "temperature": 0}, "hot": {"temperature": 1}}
    declaration = ArenaDeclaration(data=("sums",), params=params, limit=2, schedule="baseline", criteria="be brief")
    return ArenaCase(declaration=declaration, benchmark=benchmark, models=("cold", "hot", "fake/echo"), baseline="hot")


def test_every_model_is_asked_once_for_each_sample_with_its_parameters(run, case):
    state = ArenaState()
    progress: Any = SimpleNamespace(tick=object())
    assert obtain(run, case, state, progress) == ["default"]
    assert [(job.model, job.alias_of, job.opened, job.params) for job in run.jobs] == [
        ("cold", "fake/echo", "fake/echo", {"temperature": 0}),
        ("hot", "", "hot", {"temperature": 1}),
        ("fake/echo", "", "fake/echo", {}),
    ]
    assert {(job.repeats, job.limit, job.benchmark.name, job.benchmark.version) for job in run.jobs} == {
        (1, 5, "arena-sums", case.benchmark.version)
    }, "no judge marks what battles are about"
    assert [(one.model, one.benchmark, one.weight) for one in state.results] == [
        ("cold", "arena-sums", 0.0),
        ("hot", "arena-sums", 0.0),
        ("fake/echo", "arena-sums", 0.0),
    ]
    assert run.ticks == [progress.tick] * 3
    run.settings = replace(run.settings, limit=None)
    run.jobs, run.ticks = [], []
    obtain(run, case, ArenaState(), None)
    assert {job.limit for job in run.jobs} == {2}
    assert run.ticks == [None] * 3
    unlimited = replace(case, declaration=replace(case.declaration, limit=None))
    run.jobs = []
    obtain(run, unlimited, ArenaState(), None)
    assert {job.limit for job in run.jobs} == {None}


@pytest.mark.parametrize("criteria", ["be brief", ""])
def test_battles_are_fought_as_declared_and_the_first_error_is_kept(run, case, monkeypatch, tmp_path, criteria):
    fields = (Field(dataset="sums", subset="default", pairs=(("a", "b"), ("a", "c"), ("b", "c"))),)
    asked: list[Any] = []

    def fight(*given: Any, **named: Any) -> Any:
        asked.append((given, named))
        return fields

    monkeypatch.setattr(module, "fight", fight)
    monkeypatch.setattr(module, "board_of", lambda arena, *, seed: (arena, seed))
    errors = iter(["", "s1: lost", "s2: lost"])
    run.tallies = {key: SimpleNamespace(first_error=next(errors)) for _, key in fields[0].battles()}
    case = replace(case, declaration=replace(case.declaration, criteria=criteria))
    state = ArenaState()
    progress: Any = SimpleNamespace(tick=object())
    board: Any = hold(run, case, ["default"], state, progress)
    assert (board[0].folder, board[0].baseline, board[0].fields, board[1]) == (tmp_path, "hot", fields, 7)
    assert (state.baseline, state.fields, state.first_error) == ("hot", fields, "s1: lost")
    entrants = [Entrant(name=name, folder=tmp_path, model=name) for name in ("cold", "hot", "fake/echo")]
    named = {
        "baseline": "hot", "schedule": "baseline", "criteria": criteria or PREFERENCE, "benchmark": "arena-sums",
        "tick": progress.tick,
    }  # fmt: skip
    assert asked == [((run, entrants, "sums", ["default"]), named)]
    for tally in run.tallies.values():
        tally.first_error = ""
    hold(run, case, ["default"], state, None)
    assert (state.first_error, asked[1][1]["tick"]) == ("", None)


def test_what_is_known_of_an_arena_crosses_from_a_worker(result, tmp_path):
    fields = (Field(dataset="sums", subset="default", pairs=(("a", "b"),)),)
    state = ArenaState(baseline="b", fields=fields, results=[result()], first_error="lost", remarks=["a reply less"])
    told = json.loads(json.dumps(state.to_plain()))
    assert told["remarks"] == ["a reply less"]
    arena, results = arena_from_plain(told, tmp_path)
    assert (arena.folder, arena.baseline, arena.fields) == (tmp_path, "b", fields)
    assert results == [result()]
    assert ArenaState().to_plain() == {"baseline": "", "fields": [], "results": [], "remarks": []}


def test_there_is_a_leaderboard_per_baseline(monkeypatch):
    monkeypatch.setattr(module, "boards", lambda group, *, seed: ([one.name for one in group], seed))
    arenas: list[Any] = [SimpleNamespace(name=name, baseline=baseline) for name, baseline in ("ax", "by", "cx")]
    made: Any = leaderboards_of(arenas, seed=7)
    assert made == [(["a", "c"], 7), (["b"], 7)]
    assert leaderboards_of([], seed=7) == []


def test_an_arena_needs_a_judge_or_a_run_folder(options):
    settings = settings_of(options()).run
    with pytest.raises(UsageError) as told:
        module.require_arena_judges(settings)
    assert told.value.message == (
        "arena: judges compare the replies, but no judge is named, and the model under test does not judge itself"
    )
    assert told.value.hint.startswith("name one with --eval-judge=")
    module.require_arena_judges(replace(settings, judges=("m",)))
    module.require_arena_judges(replace(settings, run_dir=settings.work_dir))
