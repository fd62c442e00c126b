"""Gathering what reports carry: what the index lacks, which items have not reported, and what is written at the end."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.collections.levels import Measured
from pytest_evalscope.plugin.collector import Collector
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.kinds.index import IndexCase
from pytest_evalscope.run import RunFolder
from pytest_evalscope.types import Result


@pytest.fixture
def collector(options, tmp_path):
    """Return a collector for the options, with a run folder of its own."""

    def made(*, settle: Any = None, **given: Any) -> Collector:
        folder = RunFolder(tmp_path / "outputs" / "run")
        return Collector(options(**given), folder, **({} if settle is None else {"settle": settle}))

    return made


@pytest.fixture
def carrying(report) -> Any:
    """A report that carries a benchmark's result: `carrying(result(), "failed")`."""

    def made(result: Result, outcome: str = "passed", when: str = "call") -> pytest.TestReport:
        made: pytest.TestReport = report(
            when, outcome, nodeid=result.nodeid, kind="benchmark", measured=result.to_plain()
        )
        return made

    return made


@pytest.fixture
def of_index(report, estimate, result, ended) -> Any:
    """A report that carries an index, whose one part has nine of ten samples scored."""

    def made(nodeid: str, outcome: str = "passed", when: str = "call", *, measured: bool = True) -> pytest.TestReport:
        case = IndexCase(declaration=IndexDeclaration(schema="mine.json"), model="m")
        state = case.measure()
        state.name, state.remarks, state.missing = "mine", ("fewer rows",), ("b/default",)
        if measured:
            state.measured = [
                Measured(dataset="a", subset="default", task_type="math", tags=("x",), categories=("mine", "group"),
                         share=1.0, estimate=estimate(0.5), count=10, unscored=1)
            ]  # fmt: skip
            state.results = [result("a", weight=0.0, nodeid="")]
        made: pytest.TestReport = report(when, outcome, nodeid=nodeid, kind="index", measured=state.to_plain(ended()))
        return made

    return made


GATE = Result(
    benchmark="arena open", version="", model="m", subset="default", primary_metric="", metrics={}, planned=0,
    outcomes={}, weight=0.0, verdict="error",
)  # fmt: skip
ARENA: dict[str, Any] = {"baseline": "m", "fields": [], "results": [], "remarks": [], "gate": GATE.to_plain()}


def test_results_are_gathered_whatever_their_verdict_and_a_rerun_replaces(collector, result, carrying):
    made = collector()
    made.take(carrying(result(verdict="error")))
    made.pytest_runtest_logreport(carrying(result(verdict="passed")))
    made.take(carrying(result(verdict="failed", subset="b")))
    found = [(one.benchmark, one.model, one.subset, one.verdict) for one in made._measured()]
    assert found == [("sums", "m", "default", "passed"), ("sums", "m", "b", "failed")]


def test_the_index_is_gated_once_every_item_has_its_result(collector, result, report, carrying, of_index):
    made = collector()
    made.expect([f"t.py::{name}" for name in ("b", "a", "skipped", "index", "arena")], ["sums/b of m"])
    made.take(report("setup", "skipped", nodeid="t.py::skipped"))
    made.take(report(nodeid="t.py::a"))  # a report that carries nothing: of a setup, say
    made.take(carrying(result(nodeid="t.py::b")))
    made.take(report(nodeid="t.py::arena", kind="arena", measured=ARENA))
    [(index, problems)] = made.gated()
    assert (index.name, index.model, index.weighted_avg.value) == ("index", "m", 0.5)
    assert problems == ["t.py::a has no result", "t.py::index has no result", "sums/b of m was deselected"]
    made.take(of_index("t.py::index"))
    [(index, problems)] = made.gated()
    assert (index.name, index.category["mine/group"].count) == ("mine", 10), "a declared index takes its place"
    assert problems == ["t.py::a has no result", "b/default has no score", "1 of 10 samples have no score"]


@pytest.mark.parametrize(("allowed", "told"), [("0.1", []), ("0.09", ["1 of 10 samples have no score"])])
def test_unscored_samples_are_tolerated_up_to_the_share(collector, result, carrying, allowed, told):
    made = collector(max_errors=allowed)
    made.take(carrying(result(outcomes={"scored": 9, "timeout": 1})))
    assert [problems for _, problems in made.gated()] == [told]


def test_samples_that_were_not_requested_are_no_index(collector, result, carrying):
    made = collector(max_errors="1")
    for name, left in (("sums", 2), ("more", 1)):
        made.take(carrying(result(name, outcomes={"scored": 10 - left, "not_asked": left})))
    [(_, problems)] = made.gated()
    assert problems == ["3 samples were not requested, for the budget is spent"]


def test_an_index_without_a_measurement_is_not_gated_and_keeps_the_tests_from_making_one(
    collector, result, carrying, of_index
):
    made = collector()
    made.take(carrying(result()))
    made.take(of_index("t.py::lost", "failed", "setup", measured=False))
    assert made.gated() == []
    made.take(of_index("t.py::index"))
    [(_, problems)] = made.gated()
    assert problems[0] == "t.py::lost was not computed"


def test_recorded_scores_are_in_the_index_and_fail_with_their_case(collector, report):
    made = collector()
    place = {"model": "m", "values": {"score": 1.0}, "location": "t.py:1"}
    for nodeid, outcome, benchmark in (
        ("t.py::a", "passed", "mine"),
        ("t.py::b", "failed", "mine"),
        ("t.py::c", "rerun", "more"),
        ("t.py::c", "passed", "more"),
    ):
        made.take(
            report("call", outcome, nodeid=nodeid, recorded=[{"benchmark": benchmark, "sample_id": "a", **place}])
        )
    assert [(one.benchmark, one.verdict, one.planned) for one in made._measured()] == [
        ("mine", "failed", 2),
        ("more", "passed", 1),
    ]
    assert made.gated()[0][0].count == 3


def finished(made: Collector) -> Any:
    """End the run and return what `configs/run.json` then holds."""
    made.pytest_sessionfinish(SimpleNamespace(exitstatus=0, testsfailed=0))  # type: ignore[arg-type]
    return json.loads((made._folder.path / "configs" / "run.json").read_text("utf-8"))


class Terminal:
    """A terminal reporter that keeps what is written."""

    _tw = SimpleNamespace(fullwidth=200)

    def __init__(self) -> None:
        self.sections: list[str] = []
        self.lines: list[str] = []
        self.red: list[str] = []

    def section(self, title: str) -> None:
        self.sections.append(title)

    def write_line(self, line: str, *, red: bool = False) -> None:
        (self.red if red else self.lines).append(line)


def shown(made: Collector) -> Terminal:
    terminal = Terminal()
    made.pytest_terminal_summary(terminal)
    return terminal


def test_a_run_begins_and_ends_in_its_folder(collector, result, carrying, tmp_path):
    made = collector(seed="7")
    made.begin()
    folder = tmp_path / "outputs" / "run"
    assert (tmp_path / "outputs" / "latest").resolve() == folder
    begun = json.loads((folder / "configs" / "run.json").read_text("utf-8"))
    assert (begun["status"], begun["options"]["seed"], begun["data"]) == ("running", "7", {})
    with pytest.raises(pytest.UsageError, match=r"^run folder: another run writes there"):
        collector().begin()
    made.take(carrying(result(data_hash="abc")))
    reviews = made._folder.file("reviews", "m", "sums", "default")
    reviews.parent.mkdir(parents=True)
    reviews.touch()
    config = finished(made)
    assert (config["status"], config["data"], config["started"]) == (
        "complete", {"sums/default": "abc"}, begun["started"],
    )  # fmt: skip
    assert begun["started"].endswith("+00:00")
    assert sorted(path.name for path in (folder / "reports").iterdir()) == [
        "index.json",
        "junit.xml",
        "m",
        "summary.md",
    ]
    assert shown(made).sections == ["evals"]
    assert any("sums" in line for line in shown(made).lines)
    assert shown(made).red == []
    collector().begin()  # the folder is free


@pytest.mark.parametrize("why", ["awaited", "cut off"])
def test_a_run_that_was_cut_off_is_incomplete(collector, result, carrying, why):
    made = collector()
    made.begin()
    made.expect(["t.py::lost"] if why == "awaited" else [])
    made.take(carrying(result(complete=why == "awaited")))
    assert finished(made)["status"] == "incomplete"
    assert any("INCOMPLETE" in line for line in shown(made).lines)


def test_where_nothing_was_measured_there_is_no_report(collector):
    made = collector()
    made.begin()
    assert finished(made)["status"] == "nothing measured"
    assert list((made._folder.path / "reports").iterdir()) == []
    assert shown(made).sections == []
    collected = collector(collectonly=True)
    collected.finish(SimpleNamespace(exitstatus=0, testsfailed=0))


def test_what_this_process_did_not_finish_is_in_the_reports(collector, result, carrying):
    settled: list[Any] = []

    def settle(seen: Any) -> list[Result]:
        settled.append(seen)
        return [result("cut", complete=False)]

    made = collector(settle=settle)
    made.begin()
    made.take(carrying(result()))
    assert finished(made)["status"] == "incomplete"
    assert settled == [frozenset({("m", "sums", "default")})]
    assert (made._folder.path / "reports" / "m" / "cut.json").exists()


def test_arenas_make_a_leaderboard_per_baseline(collector, report, result, monkeypatch):
    boards: list[Any] = []

    def leaderboards_of(arenas: Any, *, seed: int) -> list[Any]:
        boards.append(([(arena.folder, arena.baseline, arena.fields[0].pairs) for arena in arenas], seed))
        return []

    monkeypatch.setattr("pytest_evalscope.plugin.kinds.arena.leaderboards_of", leaderboards_of)
    made = collector(seed="7")
    made.begin()
    made.take(report(kind="arena", measured=ARENA))
    assert finished(made)["status"] == "complete", "a gate that was not computed is in the reports"
    fields = [{"dataset": "open", "subset": "default", "pairs": [["m", "n"]]}]
    made = collector(seed="7")
    made.begin()
    made.take(report(kind="arena", measured={**ARENA, "fields": fields, "results": [result().to_plain()]}))
    assert finished(made)["status"] == "complete"
    assert boards == [([(made._folder.path, "m", (("m", "n"),))], 7)], "where no battle was fought there is none"


def test_remarks_are_said_once(collector, result, carrying, of_index):
    made = collector()
    made.begin()
    made.expect([], (), ["EVALSCOPE_THRESHOLD: nothing is named so"])
    made.take(carrying(result()))
    for name in ("one", "two"):
        made.take(of_index(f"t.py::{name}"))
    made.take(of_index("t.py::lost", "failed", "setup", measured=False))
    finished(made)
    index = json.loads((made._folder.path / "reports" / "index.json").read_text("utf-8"))
    assert (index["name"], index["headline"]["weighted_avg"]) == ("mine", 0.5)
    remarks = [line for line in shown(made).lines if line.startswith("remark: ")]
    assert remarks == ["remark: fewer rows", "remark: EVALSCOPE_THRESHOLD: nothing is named so"]


def test_a_shard_and_the_form_of_junit_reach_the_reports(collector, result, carrying):
    made = collector(shard="1/2", junit="off")
    made.begin()
    made.take(carrying(result(verdict="none")))
    finished(made)
    assert not (made._folder.path / "reports" / "junit.xml").exists()
    assert any(line.startswith("results of shard 1/2") for line in shown(made).lines)


def test_reports_that_cannot_be_written_are_told_in_the_terminal(collector, result, carrying, monkeypatch, tmp_path):
    made = collector()
    made.begin()
    made.take(carrying(result()))
    (made._folder.path / "reports").rmdir()
    (made._folder.path / "reports").write_text("in the way")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    finished(made)
    first, second = shown(made).red
    assert first.startswith("reports: cannot be written (")
    assert second.startswith("GITHUB_STEP_SUMMARY: not written (")
    assert shown(made).sections == ["evals"]
