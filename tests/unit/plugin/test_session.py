"""The session of a process: what it is told, whose model an item gets, what is asked ahead, and how an item ends."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.errors import StorageError, UsageError
from pytest_evalscope.plugin import session as module
from pytest_evalscope.plugin.collect import IndexCase
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.handles import ModelDoor
from pytest_evalscope.plugin.item_report import state_of
from pytest_evalscope.plugin.keys import SESSION
from pytest_evalscope.plugin.session import begin, current
from pytest_evalscope.run import Shard
from pytest_evalscope.types import Scores, Threshold


def test_a_process_by_itself_has_a_run_folder_a_collector_and_no_other_worker(opened, tmp_path):
    made = opened(work_dir="runs")
    assert (made.is_worker, made.workers, made.look_ahead) == (False, 1, "everything")
    assert made.folder.path.parent == tmp_path / "runs"
    assert made.config.pluginmanager.get_plugin("evalscope-collector") is made.collector
    assert opened(maxfail=1).look_ahead == "benchmark"


def test_a_worker_is_told_everything_by_the_controller(opened, tmp_path):
    told = {"folder": str(tmp_path / "run"), "workers": 3, "look_ahead": "nothing"}
    made = opened(told=told, maxfail=1)
    assert (made.is_worker, made.workers, made.look_ahead) == (True, 3, "nothing")
    assert made.folder.path == tmp_path / "run"
    assert made.config.pluginmanager.get_plugin("evalscope-collector") is None
    made.open_folder([])
    assert (tmp_path / "run" / "configs" / "buckets.json").exists()
    assert made.open_run().concurrency == 32 // 3
    assert made.open_run() is made.open_run()
    made.pytest_sessionfinish()
    assert not made.open_run()._thread.is_alive()


def test_one_process_closes_its_run_with_the_collector_alone(opened):
    made = opened()
    made.open_folder([])
    made.pytest_sessionfinish()
    assert made.open_run()._thread.is_alive()


def test_an_item_gets_its_own_model(opened, item):
    made = opened(model=["fake/fixed:4", "fake/echo"])
    made.open_folder([])
    eval_item, plain = item(model="fake/fixed:1"), item(None)
    of_index, parametrized = item(None), item(None)
    of_index.callspec.params["evalscope_index"] = IndexCase(declaration=IndexDeclaration(schema="a"), model="fake/echo")
    parametrized.callspec.params["evalscope_model"] = "fake/echo"
    doors = [made.door(each) for each in (eval_item, plain, of_index, parametrized)]
    assert [door.name for door in doors] == ["fake/fixed:1", "fake/fixed:4", "fake/echo", "fake/echo"]
    assert doors[0]("anything") == "1"
    assert state_of(eval_item).case is eval_item.callspec.params["evalscope_case"]
    assert state_of(plain).case is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("scores", "scores: this test declares no benchmark\nhint: decorate it with @benchmark(…)"),
        ("threshold", "threshold: this test declares no benchmark\nhint: decorate it with @benchmark(…)"),
        ("report", "report: this test declares no index\nhint: decorate it with @index(…)"),
        ("leaderboard", "leaderboard: this test declares no arena\nhint: decorate it with @arena(…)"),
    ],
)
def test_a_fixture_without_its_decorator_is_told(opened, item, name, says):
    made = opened()
    arguments = [item(None)] if name in ("threshold", "leaderboard") else [item(None), None]
    with pytest.raises(pytest.fail.Exception) as told:
        getattr(made, name)(*arguments)
    assert told.value.msg == f"{says}\ntest_it.py:7"
    assert told.value.pytrace is False
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_doors_that_cannot_be_opened_end_the_item(opened, item):
    made = opened(sandbox="off")
    made.open_folder([])
    for open_door, subject in (
        (made.judge_door, "judge: no judge is named"),
        (made.sandbox_door, "--eval-sandbox"),
        (lambda each: made.door(each), "model provider: unknown name ('nowhere')"),
    ):
        with pytest.raises(pytest.fail.Exception) as told:
            open_door(item(model="nowhere/x"))
        assert subject in str(told.value)
        assert str(told.value).endswith("\ntest_it.py:7")


def test_a_full_disk_ends_the_whole_session_and_no_other_error_does(item):
    for error, ends in ((UsageError("typed wrong"), False), (StorageError("disk full", hint="buy one"), "disk full")):
        made = item()
        with pytest.raises(pytest.fail.Exception):
            module._fail(made, error)
        assert made.session.shouldfail == ends


def test_scores_of_an_item_are_measured_and_remembered(opened, item):
    made, mine = opened(), item()
    made.open_folder([mine])
    found = made.scores(mine, made.door(mine))
    assert isinstance(found, Scores)
    assert (found.model, found.planned) == ("fake/fixed:4", 3)
    assert found.accuracy.value == pytest.approx(1 / 3)
    assert state_of(mine).scores is found
    assert state_of(mine).case is mine.callspec.params["evalscope_case"]


def test_an_application_is_asked_in_place_of_the_model_that_an_item_names(opened, item):
    made, mine = opened(), item(model="application")
    made.open_folder([mine])
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "6"

    assert made.scores(mine, answer).accuracy.value == pytest.approx(1 / 3)
    assert asked == ["1 + 1", "2 + 2", "3 + 3"]


def test_lost_samples_make_the_item_an_error_and_its_line_makes_way(opened, item):
    made, mine = opened(), item(model="fake/error")
    made.open_folder([mine])
    paused: list[str] = []
    made.open_run()
    made._progress = SimpleNamespace(tick=lambda: None, pause=lambda: paused.append("now"))
    with pytest.raises(pytest.fail.Exception, match="3 of 3 samples have no score") as told:
        made.scores(mine, made.door(mine))
    assert "more than the allowed 0 %: first error " in str(told.value)
    assert paused == ["now"]
    assert state_of(mine).scores is not None, "what was measured is in the report all the same"


def test_lost_samples_are_tolerated_where_that_was_asked(opened, item):
    made, mine = opened(max_errors="1"), item(model="fake/error")
    made.open_folder([mine])
    assert made.scores(mine, made.door(mine)).unscored == 3


def test_of_a_shard_the_item_is_skipped_with_what_was_recorded(opened, item):
    made, mine = opened(shard="1/2"), item(shard=Shard(1, 2), count=10)
    made.open_folder([mine])
    with pytest.raises(pytest.skip.Exception) as told:
        made.scores(mine, made.door(mine))
    found = state_of(mine).scores
    assert found is not None
    assert 0 < found.planned < 10
    expected = f"shard 1/2: {found.planned} of 10 samples recorded; its gate needs all shards"
    assert told.value.msg == expected
    lost = item(shard=Shard(1, 2), count=10, model="fake/error")
    with pytest.raises(pytest.fail.Exception, match="of the shard's"):
        made.scores(lost, made.door(lost))
    tolerant = opened(shard="1/2", max_errors="0.9")
    tolerant.open_folder([])
    with pytest.raises(pytest.skip.Exception):
        tolerant.scores(lost, tolerant.door(lost))


@pytest.mark.parametrize(
    ("look_ahead", "asked"),
    [("nothing", ["b"]), ("benchmark", ["b", "b/two"]), ("everything", ["b", "a", "b/two", "c"])],
)
def test_later_items_are_asked_ahead_as_far_as_the_session_allows(opened, item, look_ahead, asked):
    made = opened()
    made.look_ahead = look_ahead
    mine = item("b")
    theirs = item("d", own=False, model="application")
    second = item("b", subset="two")
    second.nodeid = mine.nodeid.replace("default", "two")
    made.open_folder([item("a"), mine, second, theirs, item(None), item("c")])
    made._ask_ahead(mine, mine.callspec.params["evalscope_case"].job)
    keys = [f"{name}/{subset}".removesuffix("/default") for _, name, subset in made.open_run().tallies]
    assert keys == asked


def test_the_controller_or_the_collector_awaits_every_eval(opened, item):
    made = opened()
    made.open_folder([item("a"), item(None)])
    assert made.collector._awaited == {"test_it.py::test_a[fake/fixed:4-default]"}
    assert (made.folder.path / "configs" / "run.json").exists()


def test_a_threshold_comes_from_the_line_the_file_or_the_decorator(opened, item, tmp_path):
    made, mine = opened(), item()
    declared = made.threshold(mine)
    assert declared == Threshold(values={"accuracy": 0.25}, primary="accuracy", source="the decorator")
    assert state_of(mine).threshold is declared
    assert state_of(mine).case is mine.callspec.params["evalscope_case"]
    (tmp_path / "thresholds.toml").write_text('["fake/fixed:4"]\n"sums/default".accuracy = 0.5\n', "utf-8")
    assert made.threshold(mine).values == {"accuracy": 0.5}
    assert opened(threshold=["sums=0.75"]).threshold(mine).values == {"accuracy": 0.75}
    with pytest.raises(pytest.fail.Exception, match="metric of sums"):
        opened(threshold=["sums.recall=0.75"]).threshold(mine)


def test_what_was_cut_off_is_told_without_a_verdict(opened, item):
    made, mine = opened(), item()
    assert made.unfinished(frozenset()) == []
    made.open_folder([mine, item("unasked")])
    job = mine.callspec.params["evalscope_case"].job
    made.open_run().submit([item("theirs").callspec.params["evalscope_case"].job, job])
    made.open_run().result(job)
    [told] = made.unfinished(frozenset())
    assert (told.benchmark, told.verdict, told.message) == ("sums", "none", "cut off before the end")
    assert (told.complete, told.planned) == (True, 3)
    assert made.unfinished(frozenset({job.key})) == []
    tally = made.open_run().tallies[job.key]
    tally.planned = 5
    assert not made.unfinished(frozenset())[0].complete


@pytest.mark.parametrize(
    ("worker", "kind", "waits"),
    [(False, KeyboardInterrupt, True), (False, SystemExit, False), (True, KeyboardInterrupt, False)],
)
def test_an_interrupted_process_waits_for_what_is_in_flight(opened, tmp_path, monkeypatch, worker, kind, waits):
    made = opened(told={"folder": str(tmp_path / "run"), "workers": 1, "look_ahead": "nothing"} if worker else None)
    printed: list[Any] = []
    monkeypatch.setattr(module, "print_lines", lambda config, lines: printed.append(lines))
    excinfo: Any = SimpleNamespace(type=kind)
    made.pytest_keyboard_interrupt(excinfo)
    assert printed == [], "nothing was asked"
    made.open_folder([])
    made.open_run().finish_in_flight = lambda: printed.append("waited")
    made.pytest_keyboard_interrupt(excinfo)
    line = "waiting for the completions in flight; another Ctrl-C stops at once"
    assert printed == ([[line], "waited"] if waits else [])


CHANGES: dict[str, Any] = {
    "limit": {"limit": 1},
    "repeats": {"repeats": 2},
    "seed": {"seed": 1},
    "params": {"params": {"temperature": 0}},
}


@pytest.mark.parametrize("change", [*CHANGES, "solve", "description", "metrics", "data"])
def test_two_tests_may_not_run_one_benchmark_in_two_ways_under_one_name(item, change):
    one, two = item(), item()
    case = one.callspec.params["evalscope_case"]
    two.nodeid = "test_it.py::other"
    if change in CHANGES:
        job = replace(case.job, **CHANGES[change])
    else:
        made = case.job.benchmark
        other: dict[str, Any] = {
            "solve": object(),
            "description": "another",
            "metrics": {**made.metrics, "more": object()},
            "data": object(),
        }
        job = replace(case.job, benchmark=replace(made, **{change: other[change]}))
    module._refuse_clashes([one, item(None), one])
    two.callspec.params["evalscope_case"] = replace(case, job=job)
    with pytest.raises(pytest.UsageError) as told:
        module._refuse_clashes([one, two])
    assert str(told.value) == (
        f"sums: {one.nodeid} and {two.nodeid} run it in two ways under one name\n"
        'hint: give one of them a name of its own, @benchmark(…, name="gsm8k-zero-shot")'
    )


@pytest.mark.parametrize(
    ("collectonly", "worker", "refused"), [(False, False, True), (True, False, False), (False, True, False)]
)
@pytest.mark.parametrize("arena", [True, False])
def test_a_missing_judge_is_told_before_anything_is_asked(opened, item, collectonly, worker, refused, arena):
    config = opened(collectonly=collectonly).config
    del config.stash[SESSION]
    mine = item(None if arena else "sums")
    if arena:
        mine.callspec.params["evalscope_arena"] = object()
    else:
        case = mine.callspec.params["evalscope_case"]
        job = replace(case.job, benchmark=replace(case.job.benchmark, needs=("judge",)))
        mine.callspec.params["evalscope_case"] = replace(case, job=job)
    if worker:
        config.workerinput = {"evalscope": {"folder": "run"}}
    if refused:
        with pytest.raises(pytest.UsageError, match="but no judge is named"):
            begin(config, [mine])
        assert SESSION not in config.stash
    else:
        begin(config, [mine])
        first = config.stash[SESSION]
        assert config.pluginmanager.get_plugin("evalscope-session") is first
        begin(config, [mine])
        assert config.stash[SESSION] is first


def test_a_fixture_that_is_asked_for_at_run_time_begins_the_session(opened, item):
    config = opened().config
    del config.stash[SESSION]
    request: Any = SimpleNamespace(config=config, node=item())
    made = current(request)
    assert made.collector._awaited == {"test_it.py::test_sums[fake/fixed:4-default]"}
    assert current(request) is made
    config.pluginmanager.get_plugin("evalscope-collector")._conductor.close()
    door = made.door(request.node)
    assert isinstance(door, ModelDoor)
    made.close()


def test_a_score_is_recorded_for_the_item_and_the_first_model(opened, item):
    made, mine = opened(model=["fake/echo", "fake/fixed:4"]), item(None)
    made.recorder(mine)(1)
    assert [entry["model"] for entry in state_of(mine).recorded] == ["fake/echo"]
