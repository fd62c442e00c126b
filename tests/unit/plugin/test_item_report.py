"""What is hung on an item's report, and when."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.plugin.arena import ArenaState
from pytest_evalscope.plugin.collect import Case, IndexCase
from pytest_evalscope.plugin.declare import Declaration, IndexDeclaration
from pytest_evalscope.plugin.indexes import IndexState
from pytest_evalscope.plugin.item_report import CaseState, attach, state_of
from pytest_evalscope.plugin.results import location_of, result_of
from pytest_evalscope.types import Result, Scores, Threshold


@pytest.fixture
def item(made_job) -> Any:
    """An item of the benchmark `sums`, about which nothing is known but its case."""
    place = ("test_it.py", 4, "test_sums")
    made: Any = SimpleNamespace(
        stash=pytest.Stash(), nodeid="test_it.py::test_sums", location=place, user_properties=[]
    )
    declaration = Declaration(benchmark="sums", weight=2.5, task_type="sums", tags=("mine", "easy"))
    state_of(made).case = Case(job=made_job(), declaration=declaration, own_model=True)
    return made


@pytest.fixture
def scores(estimate) -> Scores:
    """Scores of two of three samples."""
    return Scores(
        benchmark="sums",
        subset="default",
        model="m",
        primary_metric="accuracy",
        metrics={"accuracy": estimate(0.5)},
        outcomes={"scored": 2, "timeout": 1},
        planned=3,
        requests=4,
        data_hash="abc",
    )


def report(when: Any = "call", outcome: Any = "passed") -> Any:
    return pytest.TestReport(
        nodeid="test_it.py::test_sums", location=("test_it.py", 4, "test_sums"), keywords={}, outcome=outcome,
        longrepr=None, when=when, user_properties=[("theirs", 1)],
    )  # fmt: skip


def called(error: BaseException | None = None) -> Any:
    excinfo = None if error is None else SimpleNamespace(value=error, typename=type(error).__name__)
    return SimpleNamespace(excinfo=excinfo)


def test_what_is_known_of_an_item_is_one_object(item):
    assert state_of(item) is state_of(item)
    fresh: Any = SimpleNamespace(stash=pytest.Stash())
    assert state_of(fresh) == CaseState()
    assert state_of(fresh) is state_of(fresh)


def test_a_result_holds_scores_verdict_threshold_and_place(item, scores, made_job):
    state_of(item).scores = scores
    state_of(item).threshold = Threshold(values={"accuracy": 0.25}, primary="accuracy")
    told = report()
    attach(item, called(), told, sharded=False)
    made = Result.from_plain(told.evalscope)
    declared = state_of(item).case
    assert declared is not None
    assert made == result_of(
        declared,
        scores,
        verdict="passed",
        message="",
        nodeid="test_it.py::test_sums",
        location="test_it.py:5",
        thresholds={"accuracy": 0.25},
    )
    assert (made.task_type, made.tags, made.weight) == ("sums", ("easy", "mine"), 2.5)
    assert (made.verdict, made.message, made.thresholds) == ("passed", "", {"accuracy": 0.25})
    assert (made.nodeid, made.location) == ("test_it.py::test_sums", "test_it.py:5")
    assert (made.planned, made.requests, made.data_hash, made.metrics) == (3, 4, "abc", scores.metrics)
    assert told.user_properties == [("theirs", 1), *item.user_properties]
    assert ("evalscope.accuracy.threshold", "0.25") in item.user_properties
    assert not hasattr(told, "evalscope_recorded")
    assert not hasattr(told, "evalscope_index")
    assert not hasattr(told, "evalscope_arena")


@pytest.mark.parametrize(
    ("when", "outcome", "verdict"),
    [
        ("setup", "passed", None),
        ("setup", "failed", "error"),
        ("setup", "skipped", None),
        ("call", "passed", "passed"),
        ("call", "failed", "failed"),
        ("call", "skipped", None),
        ("teardown", "passed", None),
        ("teardown", "failed", None),
    ],
)
def test_a_report_carries_a_result_once_the_verdict_is_known(item, scores, when, outcome, verdict):
    state_of(item).scores = scores
    told = report(when, outcome)
    attach(item, called(), told, sharded=False)
    assert getattr(told, "evalscope", {}).get("verdict") == verdict
    assert bool(item.user_properties) == (verdict is not None)


@pytest.mark.parametrize("part", ["scores", "index", "arena", None])
def test_of_a_shard_what_was_recorded_is_carried_without_a_verdict(item, scores, part):
    state = state_of(item)
    if part == "scores":
        state.scores = scores
    if part == "index":
        state.index = IndexState(IndexCase(declaration=IndexDeclaration(schema="mine.json"), model="m"))
    if part == "arena":
        state.arena = ArenaState()
    told = report("setup", "skipped")
    attach(item, called(), told, sharded=True)
    assert getattr(told, "evalscope", {}).get("verdict") == (None if part is None else "none")
    assert hasattr(told, "evalscope_index") == (part == "index")
    assert hasattr(told, "evalscope_arena") == (part == "arena")


def test_an_item_without_a_benchmark_carries_what_it_recorded(item):
    state = state_of(item)
    state.case = None
    state.recorded.append({"benchmark": "cases"})
    told = report()
    attach(item, called(), told, sharded=False)
    assert told.evalscope_recorded == [{"benchmark": "cases"}]
    assert not hasattr(told, "evalscope")
    assert told.user_properties == [("theirs", 1)]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (None, ""),
        (AssertionError("  accuracy is low\nassert 0 > 1"), "accuracy is low"),
        (ValueError(), "ValueError"),
        (ValueError(" \n "), "ValueError"),
        (ValueError("x" * 501), "x" * 500),
    ],
)
def test_a_message_is_the_first_line_of_what_was_raised(item, error, message):
    told = report(outcome="failed")
    attach(item, called(error), told, sharded=False)
    assert told.evalscope["message"] == message
    assert told.evalscope["thresholds"] == {}


def test_without_scores_a_result_has_no_metric_and_what_was_planned(item):
    declared = state_of(item).case
    assert declared is not None
    made = result_of(declared, None, verdict="error", message="lost")
    assert (made.metrics, made.planned, made.outcomes, made.nodeid, made.location) == ({}, 3, {}, "", "")
    assert (made.verdict, made.message, made.thresholds, made.weight) == ("error", "lost", {}, 2.5)


def test_a_place_is_path_and_line_from_one():
    item: Any = SimpleNamespace(location=("test_it.py", None, "index"))
    assert location_of(item) == "test_it.py:1"
