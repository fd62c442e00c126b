"""The items that measure several things at once: an index, and an arena's leaderboard."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin.collect import IndexCase
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.item_report import state_of


def test_a_leaderboard_without_verdicts_is_an_error_with_the_first_reason(opened, item, monkeypatch):
    board = SimpleNamespace(unscored=1, battles=10)
    monkeypatch.setattr("pytest_evalscope.plugin.arena.obtain", lambda run, case, state, progress: ["default"])

    errors = ["s1: no verdict", "", ""]

    def hold(run: Any, case: Any, subsets: Any, state: Any, progress: Any) -> Any:
        assert subsets == ["default"]
        state.first_error = errors.pop(0)
        return board

    monkeypatch.setattr("pytest_evalscope.plugin.arena.hold", hold)
    for reason in (": s1: no verdict", ""):
        made, mine = opened(judge=["fake/echo"]), item(None)
        made.open_folder([])
        mine.callspec.params["evalscope_arena"] = object()
        with pytest.raises(pytest.fail.Exception) as told:
            made.leaderboard(mine)
        assert told.value.msg == f"1 of 10 battles have no verdict{reason}\ntest_it.py:7"
        assert state_of(mine).arena is not None
        made.collector._conductor.close()
    tolerant = opened(judge=["fake/echo"], max_errors="0.1")
    tolerant.open_folder([])
    assert tolerant.leaderboard(mine) is board


INDEX = (
    '{"name": "mine", "datasets": [{"name": "smoke_facts", "weight": 3}, {"name": "smoke_arithmetic", "weight": 1}]}'
)


def of_index(item: Any, tmp_path: Path, model: str = "fake/letter:A") -> Any:
    (tmp_path / "mine.json").write_text(INDEX, "utf-8")
    made = item(None)
    declaration = IndexDeclaration(schema="mine.json")
    made.callspec.params["evalscope_index"] = IndexCase(declaration=declaration, model=model)
    return made


def test_an_index_beside_the_test_is_drawn_asked_and_written_down(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path)
    made.open_folder([mine])
    paused: list[str] = []
    made.open_run()
    made._progress = SimpleNamespace(tick=lambda: None, pause=lambda: paused.append("now"))
    index = made.report(mine, made.door(mine))
    assert (index.name, index.model, index.missing) == ("mine", "fake/letter:A", ())
    state = state_of(mine).index
    assert state is not None
    assert [(one.benchmark, one.weight) for one in state.results] == [
        ("mine.smoke_arithmetic", 0.0),
        ("mine.smoke_facts", 0.0),
    ]
    assert sum(one.planned for one in state.results) == index.count
    assert state.report() == index
    assert len(list((made.folder.path / "configs" / "indexes").iterdir())) == 1
    assert paused == ["now"]


def test_an_index_with_lost_samples_is_an_error_that_names_every_part(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path, "fake/error")
    made.open_folder([mine])
    with pytest.raises(pytest.fail.Exception, match=r"^the index cannot be computed: smoke_arithmetic/") as told:
        made.report(mine, made.door(mine))
    text = str(told.value)
    assert text.count("samples have no score") == 2
    assert "; smoke_facts/" in text
    state = state_of(mine).index
    assert state is not None
    assert len(state.results) == 2


def test_an_application_may_stand_behind_an_index(opened, item, tmp_path):
    made, mine = opened(), of_index(item, tmp_path, "application")
    made.open_folder([mine])
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "A"

    index = made.report(mine, answer)
    assert (index.model, len(asked)) == ("application", index.count)


def test_the_limit_is_the_samples_of_the_whole_index_and_a_shard_waits(opened, item, tmp_path):
    made, mine = opened(limit="8", shard="1/2"), of_index(item, tmp_path)
    made.open_folder([mine])
    with pytest.raises(pytest.skip.Exception) as told:
        made.report(mine, made.door(mine))
    state = state_of(mine).index
    assert state is not None
    recorded = sum(one.planned for one in state.results)
    assert 0 < recorded < 8
    assert told.value.msg == f"shard 1/2: {recorded} samples recorded; its gate needs all shards"
