"""Tests of an arena: their items, the jobs and battles behind `leaderboard`, and what a report carries."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.arenas import Entrant, Field
from pytest_evalscope.plugin.begin import open_folder
from pytest_evalscope.plugin.collector import Gathered
from pytest_evalscope.plugin.declare import ArenaDeclaration, arena
from pytest_evalscope.plugin.item_report import placed, state_of
from pytest_evalscope.plugin.kinds import arena as module
from pytest_evalscope.plugin.kinds.arena import ArenaCase, MeasuredArena, collect, deliver, leaderboards_of
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.scorers.judging import PREFERENCE


def test_an_arena_is_an_item_per_dataset(items, made_job, tmp_path):
    (tmp_path / "open.v2.jsonl").write_text('{"query": "q"}\n', "utf-8")
    own = replace(made_job().benchmark, axes=("accuracy", "accuracy"), needs=("judge",))
    made = items(arena(data=["open.v2.jsonl", tmp_path / "gone", own, "smoke_facts"]), "leaderboard")
    assert [(identity, marker) for identity, marker, _ in made] == [
        (name, {"arena": name, "baseline": "fake/fixed:4"}) for name in ("open", "gone", "sums", "smoke_facts")
    ]
    for _, _, case in made:
        found = case.benchmark
        assert found.name == f"arena-{case.dataset}"
        assert (found.primary_metric, tuple(found.metrics), found.aggregation) == ("replied", ("replied",), "mean")
        assert (found.axes, found.needs, found.task_type) == ((), (), "arena")
        assert (case.models, case.baseline) == (("fake/fixed:4", "fake/echo"), "fake/fixed:4")
    [(_, marker, case)] = items(arena(data="smoke_facts", models=["a", "b", "c"], baseline="b"), "leaderboard")
    assert (case.models, case.baseline, marker["baseline"]) == (("a", "b", "c"), "b", "b")


@pytest.mark.parametrize(
    ("decorate", "says"),
    [
        (arena(data="smoke_fact"), "benchmark: unknown name ('smoke_fact')"),
        (arena(data="smoke_facts", models=["one"]), "arena: too few models (one); at least 2 are needed"),
        (arena(data="smoke_facts", models=["a", "b"], baseline="c"), "arena: baseline: unknown name ('c')"),
    ],
)
def test_what_cannot_be_an_item_is_reported_with_the_test(metafunc, decorate, says):
    with pytest.raises(pytest.Collector.CollectError) as refused:
        metafunc(decorate, "leaderboard", "model")
    assert str(refused.value).startswith("t.py::test_it: ")
    assert says in str(refused.value)


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
        assert job in self.jobs, "all are requested before one is awaited"
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


def session(run: Any, tick: Any = None) -> Any:
    """A session that has opened this run, and calls `tick` while a job is awaited."""
    return SimpleNamespace(open_run=lambda: run, tick=lambda: tick)


def test_every_model_is_requested_once_for_each_sample_with_its_parameters(run, case):
    measured, tick = MeasuredArena(), object()
    assert module._obtain(session(run, tick), case, measured) == ["default"]
    assert [(job.model, job.alias_of, job.opened, job.params) for job in run.jobs] == [
        ("cold", "fake/echo", "fake/echo", {"temperature": 0}),
        ("hot", "", "hot", {"temperature": 1}),
        ("fake/echo", "", "fake/echo", {}),
    ]
    assert {(job.repeats, job.limit, job.benchmark.name, job.benchmark.version) for job in run.jobs} == {
        (1, 5, "arena-sums", case.benchmark.version)
    }, "no judge scores what battles are about"
    assert [(one.model, one.benchmark, one.weight) for one in measured.results] == [
        ("cold", "arena-sums", 0.0),
        ("hot", "arena-sums", 0.0),
        ("fake/echo", "arena-sums", 0.0),
    ]
    assert measured.begun
    assert run.ticks == [tick] * 3


def test_the_limit_of_the_options_wins_over_that_of_the_decorator(run, case):
    run.settings = replace(run.settings, limit=None)
    module._obtain(session(run), case, MeasuredArena())
    assert {job.limit for job in run.jobs} == {2}
    assert run.ticks == [None] * 3
    unlimited = replace(case, declaration=replace(case.declaration, limit=None))
    run.jobs = []
    module._obtain(session(run), unlimited, MeasuredArena())
    assert {job.limit for job in run.jobs} == {None}


@pytest.mark.parametrize("criteria", ["be brief", ""])
def test_battles_are_fought_as_declared_and_the_first_error_is_kept(run, case, monkeypatch, tmp_path, criteria):
    fields = (Field(dataset="sums", subset="default", pairs=(("a", "b"), ("a", "c"), ("b", "c"))),)
    fights: list[Any] = []

    def fight(*given: Any, **named: Any) -> Any:
        fights.append((given, named))
        return fields

    monkeypatch.setattr(module, "fight", fight)
    monkeypatch.setattr(module, "board_of", lambda arena, *, seed: (arena, seed))
    errors = iter(["", "s1: lost", "s2: lost"])
    run.tallies = {key: SimpleNamespace(first_error=next(errors), first_traceback="") for _, key in fields[0].battles()}
    case = replace(case, declaration=replace(case.declaration, criteria=criteria))
    measured, tick = MeasuredArena(), object()
    board: Any = module._hold(session(run, tick), case, ["default"], measured)
    assert (board[0].folder, board[0].baseline, board[0].fields, board[1]) == (tmp_path, "hot", fields, 7)
    assert (measured.baseline, measured.fields, measured.first_error) == ("hot", fields, "s1: lost")
    entrants = [Entrant(name=name, folder=tmp_path, model=name) for name in ("cold", "hot", "fake/echo")]
    named = {
        "baseline": "hot", "schedule": "baseline", "criteria": criteria or PREFERENCE, "benchmark": "arena-sums",
        "tick": tick,
    }  # fmt: skip
    assert fights == [((run, entrants, "sums", ["default"]), named)]
    for tally in run.tallies.values():
        tally.first_error = ""
    module._hold(session(run), case, ["default"], measured)
    assert (measured.first_error, fights[1][1]["tick"]) == ("", None)


def test_what_an_arena_measured_crosses_from_a_worker(result, ended, tmp_path):
    fields = (Field(dataset="sums", subset="default", pairs=(("a", "b"),)),)
    measured = MeasuredArena(
        dataset="sums", baseline="b", fields=fields, results=[result()], first_error="lost", battles=5, unscored=2
    )
    gathered = Gathered(tmp_path)
    collect(gathered, "t.py::arena", json.loads(json.dumps(measured.to_plain(ended("failed")))))
    [(nodeid, made)] = gathered.arenas.items()
    assert (nodeid, made.folder, made.baseline, made.fields) == ("t.py::arena", tmp_path, "b", fields)
    gate, *others = gathered.results.values()
    assert others == [placed(result(), ended())], "a reader of reports may jump to the test"
    assert (gate.benchmark, gate.model, gate.verdict, gate.location) == ("arena sums", "b", "failed", "test_it.py:7")
    assert (gate.planned, gate.outcomes, gate.weight) == (5, {"scored": 3, "scorer_error": 2}, 0.0)
    assert gathered.remarks == []
    empty = MeasuredArena().to_plain(ended())
    del empty["gate"]
    assert empty == {"baseline": "", "fields": [], "results": [], "remarks": []}


def test_a_skipped_arena_has_neither_a_leaderboard_nor_counts(result, ended, tmp_path):
    fields = (Field(dataset="sums", subset="default", pairs=(("a", "b"),)),)
    gathered = Gathered(tmp_path)
    collect(gathered, "t.py::arena", MeasuredArena(fields=fields, results=[result()]).to_plain(ended("skipped")))
    assert gathered.arenas == {}
    assert [one.verdict for one in gathered.results.values()] == ["skipped"]


def test_completions_of_an_arena_without_battles_are_gathered_all_the_same(result, ended, tmp_path):
    gathered = Gathered(tmp_path)
    collect(gathered, "t.py::arena", MeasuredArena(baseline="b", results=[result()]).to_plain(ended("error")))
    assert gathered.arenas == {}
    gate, *others = gathered.results.values()
    assert (gate.verdict, others) == ("error", [placed(result(), ended())])


def test_there_is_a_leaderboard_per_baseline(monkeypatch):
    monkeypatch.setattr(module, "boards", lambda group, *, seed: ([one.name for one in group], seed))
    arenas: list[Any] = [SimpleNamespace(name=name, baseline=baseline) for name, baseline in ("ax", "by", "cx")]
    made: Any = leaderboards_of(arenas, seed=7)
    assert made == [(["a", "c"], 7), (["b"], 7)]
    assert leaderboards_of([], seed=7) == []


@pytest.mark.parametrize("name", ["sums", None])
def test_a_fixture_without_its_decorator_ends_the_item(opened, item, name):
    with pytest.raises(pytest.fail.Exception) as failed:
        deliver(opened(judge=["fake/echo"]), item(name))
    assert failed.value.msg == (
        "leaderboard: this test declares no arena\nhint: decorate it with @arena(…)\ntest_it.py:7"
    )


def test_a_missing_judge_ends_the_item(opened, item, case):
    with pytest.raises(pytest.fail.Exception, match=r"^arena: judges compare completions, but no judge is named"):
        deliver(opened(), item(case=case))


@pytest.fixture
def held(monkeypatch) -> Any:
    """A leaderboard of ten battles, one without a verdict, that every arena ends with; `first_error` is its reason."""
    board = SimpleNamespace(unscored=1, battles=10, first_error="s1: no verdict")

    def obtain(session: Any, case: Any, measured: Any) -> list[str]:
        measured.results = [SimpleNamespace(planned=3), SimpleNamespace(planned=4)]
        return ["default"]

    def hold(session: Any, case: Any, subsets: Any, measured: Any) -> Any:
        assert subsets == ["default"]
        measured.first_error = board.first_error
        return board

    monkeypatch.setattr(module, "_obtain", obtain)
    monkeypatch.setattr(module, "_hold", hold)
    return board


@pytest.mark.parametrize(("first_error", "reason"), [("s1: no verdict", ": s1: no verdict"), ("", "")])
def test_battles_without_a_verdict_are_an_error_with_the_first_reason(opened, item, case, held, first_error, reason):
    held.first_error = first_error
    made, mine = opened(judge=["fake/echo"]), item(case=case)
    open_folder(made.config, [])
    paused: list[str] = []
    made._progress = SimpleNamespace(pause=lambda: paused.append("now"))
    with pytest.raises(pytest.fail.Exception) as failed:
        deliver(made, mine)
    assert failed.value.msg == f"1 of 10 battles have no verdict{reason}\ntest_it.py:7"
    assert state_of(mine).measured is not None
    assert paused == ["now"]


def test_battles_without_a_verdict_are_tolerated_where_an_option_says_so(opened, item, case, held):
    made = opened(judge=["fake/echo"], max_errors="0.1")
    assert deliver(made, item(case=case)) is held


def test_of_a_shard_no_battle_is_fought(opened, item, case, held, monkeypatch):
    monkeypatch.setattr(module, "_hold", lambda *_: pytest.fail("a shard has a part of the completions"))
    made = opened(judge=["fake/echo"], shard="1/2")
    with pytest.raises(pytest.skip.Exception) as skipped:
        deliver(made, item(case=case))
    assert skipped.value.msg == "shard 1/2: 7 completions recorded; its gate needs all shards"
