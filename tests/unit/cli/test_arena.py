"""`pytest-evalscope arena`: finished runs meet."""

import json

import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import Sample

TIE = 'fake/fixed:{"reason": "", "verdict": "tie"}'
CAPITALS = Benchmark(
    name="capitals",
    data=Rows([{"q": f"question {n}"} for n in range(3)]),
    sample=lambda row: Sample(input=row["q"], target="x"),
    score=exact(),
)


@pytest.fixture
def runs(tmp_path):
    """The folders of two finished runs, by `fake/echo` and `fake/fixed:4`."""
    made = []
    for model in ("fake/echo", "fake/fixed:4"):
        settings = Settings(cache="off", work_dir=tmp_path / "outputs")
        made.append(str(evaluate([CAPITALS], models=[model], settings=settings, progress=False).folder))
    return made


@pytest.fixture
def arena(invoke, tmp_path):
    """Type `pytest-evalscope arena …`; returns click's result."""
    where = ["--cache-dir", str(tmp_path / "cache"), "--work-dir", str(tmp_path / "arena")]
    return lambda *words: invoke(["arena", *words, *where])


def test_finished_runs_meet(arena, tmp_path, runs):
    result = arena(runs[0], f"NEW={runs[1]}", "--judge", TIE, "--baseline", "fake/echo")
    assert result.exit_code == 0, result.output
    assert "overall leaderboard" in result.stdout
    assert "results" not in result.stdout
    board = json.loads((tmp_path / "arena" / "latest" / "reports" / "leaderboard.json").read_text("utf-8"))
    assert {each["model"]: each["tied"] for each in board["leaderboards"][0]["models"]} == {"NEW": 3, "fake/echo": 3}


def test_battles_without_a_verdict_are_an_exit_status(arena, tmp_path, runs):
    result = arena(*runs, "--judge", "fake/fixed:well")
    assert result.exit_code == 1
    assert "3 battles have no verdict" in result.stderr


def test_mistakes_are_two_lines(arena, tmp_path, runs):
    result = arena(runs[0], "--judge", TIE)
    assert (result.exit_code, result.stderr.splitlines()[0][:28]) == (2, "error: arena: too few models")
    assert arena(*runs, "--judge", TIE, "--criteria", str(tmp_path / "none")).exit_code == 2
