"""Gathering what reports carry: whose result stands, what is still awaited, what is written at the end."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_evalscope.plugin.indexes import IndexState, index_from_plain

from pytest_evalscope.collections.levels import Measured
from pytest_evalscope.plugin.collect import IndexCase
from pytest_evalscope.plugin.collector import UNMEASURED, Collector
from pytest_evalscope.plugin.declare import IndexDeclaration
from pytest_evalscope.plugin.keys import FAIL_UNDER
from pytest_evalscope.run import RunFolder
from pytest_evalscope.types import Result


@pytest.fixture
def collector(options, tmp_path):
    """Return a collector for the options, with a run folder of its own."""

    def made(*, local: Any = None, **given: Any) -> Collector:
        return Collector(options(**given), RunFolder(tmp_path / "outputs" / "run"), local=local)

    return made


def report(nodeid: str = "t.py::test_it", outcome: Any = "passed", when: Any = "call", **carried: Any) -> Any:
    made = pytest.TestReport(
        nodeid=nodeid, location=("t.py", 1, "test_it"), keywords={}, outcome=outcome, longrepr=None, when=when
    )
    vars(made).update({f"evalscope{name}": value for name, value in carried.items()})
    return made


def carrying(result: Result, outcome: str = "passed", **more: Any) -> Any:
    return report(result.nodeid, outcome, **{"": result.to_plain()}, **more)


def index_state(estimate, result, *, measured: bool = True) -> IndexState:
    case = IndexCase(declaration=IndexDeclaration(schema="mine.json"), model="m")
    state = IndexState(case, name="mine", remarks=("fewer rows",), missing=("b/default",))
    if measured:
        state.measured = [
            Measured(dataset="a", subset="default", task_type="math", tags=("x",), categories=("mine", "group"),
                     share=1.0, estimate=estimate(0.5), count=10, unscored=1)
        ]  # fmt: skip
        state.results = [result("a", weight=0.0, nodeid="")]
    return state


def standing(collector: Collector) -> dict[str, tuple[str, str]]:
    return {one.benchmark: (one.verdict, one.nodeid) for one in collector._measured()}


def test_of_several_tests_of_one_subset_the_worst_verdict_stands(collector, result):
    order = ("none", "passed", "failed", "error")
    for first in order:
        for second in order:
            made = collector()
            made.take(carrying(result(verdict=first, nodeid="t.py::one")))
            made.take(carrying(result(verdict=second, nodeid="t.py::two")))
            later = order.index(second) >= order.index(first)
            assert standing(made) == {"sums": (second, "t.py::two") if later else (first, "t.py::one")}


def test_a_test_that_is_run_again_replaces_its_verdict_and_others_stay_apart(collector, result):
    made = collector()
    made.take(carrying(result(verdict="error")))
    made.take(carrying(result(verdict="passed")))
    for changes in ({"model": "n"}, {"subset": "b"}):
        made.take(carrying(result(verdict="failed", **changes)))
    made.take(carrying(result("more", verdict="failed")))
    found = [(one.benchmark, one.model, one.subset, one.verdict) for one in made._measured()]
    assert found == [
        ("sums", "m", "default", "passed"),
        ("sums", "n", "default", "failed"),
        ("sums", "m", "b", "failed"),
        ("more", "m", "default", "failed"),
    ]


def test_the_index_is_gated_once_every_item_has_its_result(collector, result, estimate):
    made = collector()
    made.expect([f"t.py::{name}" for name in ("b", "a", "skipped", "index", "arena")], ["sums/b of m"])
    made.take(report("t.py::skipped", "skipped", "setup"))
    made.take(report("t.py::a"))  # a report that carries nothing: of a setup, say
    made.take(carrying(result(nodeid="t.py::b")))
    made.take(report("t.py::arena", _arena={"baseline": "m", "fields": [], "results": [], "remarks": []}))
    [(index, problems)] = made.gated()
    assert (index.name, index.model, index.weighted_avg.value) == ("index", "m", 0.5)
    assert problems == ["t.py::a has no result", "t.py::index has no result", "sums/b of m was deselected"]
    made.take(report("t.py::index", _index=index_state(estimate, result).to_plain()))
    [(index, problems)] = made.gated()
    assert (index.name, index.category["mine/group"].count) == ("mine", 10), "a declared index takes its place"
    assert problems == ["t.py::a has no result", "b/default has no score", "1 of 10 samples have no score"]


@pytest.mark.parametrize(("allowed", "told"), [("0.1", []), ("0.09", ["1 of 10 samples have no score"])])
def test_unscored_samples_are_tolerated_up_to_the_share(collector, result, allowed, told):
    made = collector(max_errors=allowed)
    made.take(carrying(result(outcomes={"scored": 9, "timeout": 1})))
    assert [problems for _, problems in made.gated()] == [told]


def test_samples_that_were_not_asked_are_no_index(collector, result):
    made = collector(max_errors="1")
    for name, left in (("sums", 2), ("more", 1)):
        made.take(carrying(result(name, outcomes={"scored": 10 - left, "not_asked": left})))
    [(_, problems)] = made.gated()
    assert problems == ["3 samples were not requested, for the budget is spent"]


def test_an_index_without_a_measurement_is_not_gated_and_keeps_the_tests_from_making_one(collector, result, estimate):
    made = collector()
    made.take(carrying(result()))
    made.take(report("t.py::lost", "failed", "setup", _index=index_state(estimate, result, measured=False).to_plain()))
    assert made.gated() == []
    made.take(report("t.py::index", _index=index_state(estimate, result).to_plain()))
    [(_, problems)] = made.gated()
    assert problems[0] == "t.py::lost was not computed"


def test_recorded_scores_are_in_the_index_and_fail_with_their_case(collector):
    made = collector()
    place = {"model": "m", "values": {"score": 1.0}, "location": "t.py:1"}
    made.take(report(_recorded=[{"benchmark": "mine", "sample_id": "a", **place}]))
    made.take(report("t.py::b", "failed", _recorded=[{"benchmark": "mine", "sample_id": "b", **place}]))
    made.take(report("t.py::c", _recorded=[{"benchmark": "more", "sample_id": "c", **place}]))
    assert [(one.benchmark, one.verdict, one.planned) for one in made._measured()] == [
        ("mine", "failed", 2),
        ("more", "passed", 1),
    ]
    assert made.gated()[0][0].count == 3


def test_an_index_crosses_from_a_worker(estimate, result):
    state = index_state(estimate, result)
    made, members = index_from_plain(json.loads(json.dumps(state.to_plain())))
    assert made == state.report()
    assert [(one.benchmark, one.metrics["accuracy"].value) for one in members] == [("a", 0.5)]
    lost = index_state(estimate, result, measured=False)
    assert index_from_plain(lost.to_plain()) == (None, [])
    case = IndexCase(declaration=IndexDeclaration(schema="mine.json"), model="m")
    empty: dict[str, Any] = {"name": "", "model": "m", "results": [], "measured": [], "missing": [], "remarks": []}
    assert IndexState(case).to_plain() == empty


@pytest.mark.parametrize(
    ("failed", "exitstatus", "ends"),
    [(2, 1, UNMEASURED), (3, 1, 1), (1, 1, 1), (2, 0, 0), (2, 2, 2)],
)
def test_the_exit_status_tells_gates_without_a_measurement_from_failed_ones(
    collector, result, failed, exitstatus, ends
):
    made = collector()
    made.take(carrying(result(verdict="error"), "failed", when="setup"))
    made.take(report(FAIL_UNDER + "[index-m]", "failed", "setup"))
    made.take(report("t.py::ordinary", "failed", "setup"))
    made.take(carrying(result("more"), "failed"))
    made.take(carrying(result("third"), when="setup"))
    session: Any = SimpleNamespace(exitstatus=exitstatus, testsfailed=failed)
    made._config.option.collectonly = True
    made.finish(session)
    assert session.exitstatus == ends


def test_an_index_or_an_arena_that_cannot_be_computed_counts_as_such(collector, estimate, result):
    for carried in (
        {"_index": index_state(estimate, result, measured=False).to_plain()},
        {"_arena": {"baseline": "m", "fields": [], "results": [], "remarks": []}},
    ):
        made = collector(collectonly=True)
        made.take(report(outcome="failed", when="setup", **carried))
        session: Any = SimpleNamespace(exitstatus=1, testsfailed=1)
        made.finish(session)
        assert session.exitstatus == UNMEASURED


def ended(made: Collector) -> Any:
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


def test_a_run_begins_and_ends_in_its_folder(collector, result, tmp_path):
    made = collector(seed="7")
    made.begin()
    folder = tmp_path / "outputs" / "run"
    assert (tmp_path / "outputs" / "latest").resolve() == folder
    begun = json.loads((folder / "configs" / "run.json").read_text("utf-8"))
    assert (begun["status"], begun["options"]["seed"], begun["data"]) == ("running", "7", {})
    with pytest.raises(pytest.UsageError, match=r"^run folder: another run writes there"):
        collector().begin()
    made.take(carrying(result(data_hash="abc")))
    config = ended(made)
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
def test_a_run_that_was_cut_off_is_incomplete(collector, result, why):
    made = collector()
    made.begin()
    made.expect(["t.py::lost"] if why == "awaited" else [])
    made.take(carrying(result(complete=why == "awaited")))
    assert ended(made)["status"] == "incomplete"
    assert any("INCOMPLETE" in line for line in shown(made).lines)


def test_where_nothing_was_measured_there_is_no_report(collector):
    made = collector()
    made.begin()
    assert ended(made)["status"] == "nothing measured"
    assert list((made._folder.path / "reports").iterdir()) == []
    assert shown(made).sections == []
    collected = collector(collectonly=True)
    collected.finish(SimpleNamespace(exitstatus=0, testsfailed=0))


def test_what_this_process_did_not_finish_is_in_the_reports(collector, result):
    seen: list[Any] = []

    def unfinished(keys):
        seen.append(keys)
        return [result("cut", complete=False)]

    local = SimpleNamespace(close=lambda: seen.append("closed"), unfinished=unfinished)
    made = collector(local=local)
    made.begin()
    made.take(carrying(result()))
    assert ended(made)["status"] == "incomplete"
    assert seen == ["closed", frozenset({("m", "sums", "default")})], "no reply comes in while reports are written"
    assert (made._folder.path / "reports" / "m" / "cut.json").exists()


def test_remarks_are_said_once_and_names_that_nothing_bears(collector, result, estimate):
    made = collector(threshold=["sums=0.5", "summs.accuracy=0.5"], dataset_args='{"gsm8": {}, "gsm8k": {}, "sums": {}}')
    made.begin()
    made.take(carrying(result()))
    for name in ("one", "two"):
        made.take(report(f"t.py::{name}", _index=index_state(estimate, result).to_plain()))
    made.take(report("t.py::a", _arena={"baseline": "m", "fields": [], "results": [], "remarks": ["a reply less"]}))
    made.take(report("t.py::lost", _index=index_state(estimate, result, measured=False).to_plain()))
    ended(made)
    index = json.loads((made._folder.path / "reports" / "index.json").read_text("utf-8"))
    assert (index["name"], index["headline"]["weighted_avg"]) == ("mine", 0.5)
    remarks = [line for line in shown(made).lines if line.startswith("remark: ")]
    assert [remark.partition("; did you mean")[0] for remark in remarks] == [
        "remark: fewer rows",
        "remark: a reply less",
        "remark: --eval-threshold: nothing in this run has this name (summs.accuracy=0.5)",
        "remark: --eval-dataset-args: benchmark: unknown name ('gsm8')",
    ]


def test_a_shard_and_the_form_of_junit_reach_the_reports(collector, result):
    made = collector(shard="1/2", junit="off")
    made.begin()
    made.take(carrying(result(verdict="none")))
    ended(made)
    assert not (made._folder.path / "reports" / "junit.xml").exists()
    assert any(line.startswith("results of shard 1/2") for line in shown(made).lines)


def test_reports_that_cannot_be_written_are_told_in_the_terminal(collector, result, monkeypatch, tmp_path):
    made = collector()
    made.begin()
    made.take(carrying(result()))
    (made._folder.path / "reports").rmdir()
    (made._folder.path / "reports").write_text("in the way")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ended(made)
    first, second = shown(made).red
    assert first.startswith("reports: cannot be written (")
    assert second.startswith("GITHUB_STEP_SUMMARY: not written (")
    assert shown(made).sections == ["evals"]
