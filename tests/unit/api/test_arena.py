"""Battles between finished runs, from Python."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_evalscope.api import arena as module
from pytest_evalscope.api import conduct, evaluate
from pytest_evalscope.api.arena import arena_of_runs
from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers.judging import PREFERENCE

SETTINGS = Settings(judges=('fake/fixed:{"reason": "", "verdict": "tie"}',), cache="off", seed=7)


@pytest.fixture
def runs(sums, folder):
    """The folders of two finished runs that share a benchmark; the second has another one besides."""
    made = []
    for model, benchmarks in (("fake/fixed:4", ["a"]), ("fake/fixed:2", ["a", "b"])):
        asked = [sums(name, 2) for name in benchmarks]
        settings = Settings(cache="off")
        made.append(
            evaluate(asked, models=[model], settings=settings, folder=folder / model[-1], progress=False).folder
        )
    return [("", made[0]), ("NEW", made[1])]


def test_finished_runs_meet_in_a_folder_of_their_own(runs, folder, read_json, monkeypatch):
    monkeypatch.setattr(conduct, "perf_counter", iter([5.0, 8.0]).__next__)
    summary = arena_of_runs(runs, replace(SETTINGS, work_dir=folder / "arena"), progress=False)
    assert summary.folder.parent == folder / "arena"
    assert (folder / "arena" / "latest").resolve() == summary.folder
    assert (summary.results, summary.complete) == ((), True)
    assert summary.remarks == ("left out, as not every model has completions of it: b/default",)
    [board] = summary.leaderboards
    assert (board.baseline, board.battles, board.tied) == ("fake/fixed:4", 2, 2)
    assert {path.name for path in (summary.folder / "reports").iterdir()} == {
        *("index.json", "leaderboard.json", "leaderboard.txt", "summary.md"),
    }
    manifest = read_json(summary.folder / "configs" / "run.json")
    assert (manifest["status"], manifest["options"]["seed"]) == ("complete", "7")
    assert manifest["options"]["judge"] == list(SETTINGS.judges)
    assert manifest["started"] == summary.started
    assert summary.started.endswith("+00:00")
    assert summary.seconds == 3.0


def test_what_is_fought_about_is_what_was_said(runs, monkeypatch, capsys):
    asked: list[Any] = []

    def fight(*given: Any, **named: Any) -> Any:
        asked.append((given[2:], named))
        raise RuntimeError("enough")

    monkeypatch.setattr(module, "fight", fight)
    for changes, expected in (
        ({}, {"baseline": "fake/fixed:4", "schedule": "round_robin", "criteria": PREFERENCE, "tick": None}),
        (
            {"baseline": "NEW", "schedule": "baseline", "criteria": "be brief"},
            {"baseline": "NEW", "schedule": "baseline", "criteria": "be brief", "tick": None},
        ),
    ):
        with pytest.raises(RuntimeError):
            arena_of_runs(runs, SETTINGS, progress=False, **changes)  # type: ignore[arg-type]
        assert asked.pop() == (("a", ["default"]), expected)
    with pytest.raises(RuntimeError):
        arena_of_runs(runs, SETTINGS)
    assert asked.pop()[1]["tick"] is not None
    assert capsys.readouterr().err == ""


def test_while_battles_go_on_the_run_is_running(runs, folder, monkeypatch):
    states: list[str] = []

    def fight(*given: Any, **named: Any) -> Any:
        path = folder / "outputs" / "latest" / "configs" / "run.json"
        states.append(json.loads(path.read_text("utf-8"))["status"])
        raise RuntimeError("enough")

    monkeypatch.setattr(module, "fight", fight)
    with pytest.raises(RuntimeError):
        arena_of_runs(runs, SETTINGS, progress=False)
    assert states == ["running"]


def test_mistakes_are_told_before_anything_is_written(runs, folder):
    with pytest.raises(UsageError) as told:
        arena_of_runs(runs, Settings())
    assert told.value.message == (
        "arena: judges compare completions, but no judge is named, and the model under test does not judge itself"
    )
    assert told.value.hint.startswith("name one with --eval-judge=")
    with pytest.raises(UnknownName, match=r"^arena: baseline: unknown name \('OLD'\)"):
        arena_of_runs(runs, SETTINGS, baseline="OLD")
    with pytest.raises(UnknownName, match=r"^arena: schedule: unknown name \('knockout'\)"):
        arena_of_runs(runs, SETTINGS, schedule="knockout")  # type: ignore[arg-type]  # that it is none is the test
    assert not (folder / "outputs").exists()


def test_runs_that_share_everything_leave_nothing_to_remark(runs):
    assert arena_of_runs([("a", runs[0][1]), ("b", runs[0][1])], SETTINGS, progress=False).remarks == ()
