"""Tests of a benchmark: their items, how `scores` and `threshold` are delivered, and what a report carries."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.api.failing import Behind
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.plugin.begin import open_folder
from pytest_evalscope.plugin.collector import Gathered
from pytest_evalscope.plugin.declare import IndexDeclaration, benchmark
from pytest_evalscope.plugin.item_report import attach, hold, measured_of
from pytest_evalscope.plugin.keys import CASE
from pytest_evalscope.plugin.kinds.benchmark import BenchmarkCase, collect, deliver, threshold_of
from pytest_evalscope.plugin.kinds.index import IndexCase
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.run.results import result_of_job
from pytest_evalscope.stats import f1, mean
from pytest_evalscope.types import Declared, Result, Scores, Threshold

FOLDER = RunFolder(Path("no records are read"))


def test_a_benchmark_is_an_item_per_model_and_subset(items, made_job):
    own = made_job().benchmark
    made = items(benchmark(own, limit=2, name="mine", task_type="sums"), "scores", "model", repeats="3")
    assert [(identity, marker) for identity, marker, _ in made] == [
        (f"{model}-default", {"benchmark": "mine", "subset": "default", "model": model, "task_type": "sums"})
        for model in ("fake/fixed:4", "fake/echo")
    ]
    assert [(case.job.limit, case.job.repeats, case.own_model) for *_, case in made] == [(2, 3, True)] * 2
    assert made[0][2].job.benchmark.name == "mine"
    assert [case.job.benchmark.name for *_, case in items(benchmark("smoke_facts"), "scores")] == ["smoke_facts"] * 2, (
        "a test that uses no model has this plugin's"
    )


def test_an_application_is_one_model_whatever_the_options_name(items):
    [(identity, marker, case)] = items(benchmark("smoke_facts"), "scores", "model", own=True)
    assert identity.partition("-")[0] == "application"
    assert (marker["model"], case.model, case.own_model) == ("application", "application", False)
    unused = items(benchmark("smoke_facts"), "scores", own=True)
    assert [case.own_model for *_, case in unused] == [True, True], "a fixture that the test does not use is none"


@pytest.mark.parametrize(
    ("decorate", "says"),
    [
        (benchmark("smoke_fact"), "benchmark: unknown name ('smoke_fact')"),
        (benchmark("smoke_facts", subsets=["nowhere"]), "@benchmark"),
    ],
)
def test_what_cannot_be_an_item_is_reported_with_the_test(metafunc, decorate, says):
    with pytest.raises(pytest.Collector.CollectError) as refused:
        metafunc(decorate, "scores", "model")
    assert str(refused.value).startswith("t.py::test_it: ")
    assert says in str(refused.value)


def test_a_job_has_what_its_test_declared_besides(items, made_job):
    own = made_job().benchmark
    [(_, marker, case), _] = items(benchmark(own, tags=["easy", "mine"]), "scores")
    assert case.jobs == (case.job,)
    assert case.job.declared == Declared(weight=1.0, task_type="math", tags=("easy", "mine"))
    assert marker["task_type"] == "math"
    [(_, marker, case), _] = items(benchmark(own, weight=2.5, task_type="sums"), "scores")
    assert case.job.declared == Declared(weight=2.5, task_type="sums", tags=("easy",))
    assert marker["task_type"] == "sums"


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


@pytest.fixture
def declared(item) -> Any:
    """An item of the benchmark `sums` whose test declares more than its name."""
    return item(declared=Declared(weight=2.5, task_type="sums", tags=("easy", "mine")))


def test_a_result_contains_scores_verdict_threshold_and_place(declared, scores, report):
    measured = measured_of(declared)
    measured.scores = scores
    assert measured.begun
    carrying = report()
    carrying.user_properties = [("theirs", 1)]
    call: Any = SimpleNamespace(excinfo=None)
    attach(declared, call, carrying, folder=FOLDER, sharded=False)
    assert carrying.evalscope["kind"] == "benchmark"
    made = Result.from_plain(carrying.evalscope["measured"])
    assert made == replace(
        result_of_job(measured.case.job, scores),
        verdict="passed",
        message="",
        nodeid="test_it.py::test_sums[fake/fixed:4-default]",
        location="test_it.py:7",
        thresholds={"accuracy": 0.25},
    )
    assert (made.task_type, made.tags, made.weight) == ("sums", ("easy", "mine"), 2.5)
    assert (made.verdict, made.message, made.thresholds) == ("passed", "", {"accuracy": 0.25})
    assert (made.planned, made.requests, made.data_hash, made.metrics) == (3, 4, "abc", scores.metrics)
    assert carrying.user_properties == [("theirs", 1), *declared.user_properties]
    assert ("evalscope.accuracy.threshold", "0.25") in declared.user_properties


def test_without_scores_a_result_has_no_metric_and_what_was_planned(declared, ended):
    made = measured_of(declared).result(ended("error", "lost"))
    assert (made.metrics, made.planned, made.outcomes) == ({}, 3, {})
    assert (made.verdict, made.message, made.thresholds, made.weight) == ("error", "lost", {"accuracy": 0.25}, 2.5)


def test_a_result_is_gathered_as_one_of_several(result, tmp_path):
    gathered = Gathered(tmp_path)
    worst, better = result(verdict="failed", nodeid="t.py::one"), result(verdict="passed", nodeid="t.py::two")
    for made in (worst, better):
        collect(gathered, made.nodeid, made.to_plain())
    assert list(gathered.results.values()) == [worst]


@pytest.mark.parametrize("case", [None, IndexCase(declaration=IndexDeclaration(schema="a"), model="fake/echo")])
def test_a_fixture_without_its_decorator_ends_the_item(opened, item, case):
    made = opened()
    open_folder(made.config, [])
    for name, fixture in (
        ("scores", lambda mine: deliver(made, mine, made.model_handle(mine))),
        ("threshold", threshold_of),
    ):
        with pytest.raises(pytest.fail.Exception) as failed:
            fixture(item(None, case=case))
        assert failed.value.msg == (
            f"{name}: this test declares no benchmark\nhint: decorate it with @benchmark(…)\ntest_it.py:7"
        )


def test_scores_of_an_item_are_measured_and_remembered(opened, item):
    made, mine = opened(), item()
    open_folder(made.config, [mine])
    found = deliver(made, mine, made.model_handle(mine))
    assert isinstance(found, Scores)
    assert (found.model, found.planned) == ("fake/fixed:4", 3)
    assert found.accuracy.value == pytest.approx(1 / 3)
    assert measured_of(mine).scores is found
    assert measured_of(mine).case is mine.callspec.params[CASE]


def test_an_application_is_requested_in_place_of_the_model_that_an_item_names(opened, item):
    made, mine = opened(), item(model="application")
    open_folder(made.config, [mine])
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return "6"

    assert deliver(made, mine, answer).accuracy.value == pytest.approx(1 / 3)
    assert prompts == ["1 + 1", "2 + 2", "3 + 3"]


def test_an_application_that_is_no_model_ends_the_item(opened, item):
    made, mine = opened(), item(model="application")
    open_folder(made.config, [mine])
    with pytest.raises(pytest.fail.Exception, match=r"^application: ") as failed:
        deliver(made, mine, 4)
    assert str(failed.value).endswith("\ntest_it.py:7")
    assert not measured_of(mine).begun


def test_a_missing_judge_ends_the_item_of_a_worker(opened, item, tmp_path):
    made, mine = opened(given={"folder": str(tmp_path / "run")}), item()
    case = mine.callspec.params[CASE]
    judged = replace(case.job, benchmark=replace(case.job.benchmark, needs=("judge",)))
    mine.callspec.params[CASE] = replace(case, job=judged)
    made.expect([mine])
    with pytest.raises(pytest.fail.Exception, match="no judge is named"):
        deliver(made, mine, made.model_handle(mine))


def test_lost_samples_make_the_item_an_error_and_its_line_makes_way(opened, item):
    made, mine = opened(), item(model="fake/error")
    open_folder(made.config, [mine])
    paused: list[str] = []
    made.open_run()
    made._progress = SimpleNamespace(tick=lambda: None, pause=lambda: paused.append("now"))
    with pytest.raises(pytest.fail.Exception, match="3 of 3 samples have no score") as failed:
        deliver(made, mine, made.model_handle(mine))
    assert "more than the allowed 0 %: first error " in str(failed.value)
    assert paused == ["now"]
    assert measured_of(mine).begun, "what was measured is in the report all the same"


def test_lost_samples_are_tolerated_where_an_option_says_so(opened, item):
    made, mine = opened(max_errors="1"), item(model="fake/error")
    open_folder(made.config, [mine])
    assert deliver(made, mine, made.model_handle(mine)).unscored == 3


def test_of_a_shard_the_item_is_skipped_with_what_was_recorded(opened, item):
    made, mine = opened(shard="1/2"), item(shard=Shard(1, 2), count=10)
    open_folder(made.config, [mine])
    with pytest.raises(pytest.skip.Exception) as skipped:
        deliver(made, mine, made.model_handle(mine))
    found = measured_of(mine).scores
    assert 0 < found.planned < 10
    expected = f"shard 1/2: {found.planned} of 10 samples recorded; its gate needs all shards"
    assert skipped.value.msg == expected
    lost = item(shard=Shard(1, 2), count=10, model="fake/error")
    with pytest.raises(pytest.fail.Exception, match="of the shard's"):
        deliver(made, lost, made.model_handle(lost))
    tolerant = opened(shard="1/2", max_errors="0.9")
    open_folder(tolerant.config, [])
    with pytest.raises(pytest.skip.Exception):
        deliver(tolerant, lost, tolerant.model_handle(lost))


def test_a_threshold_comes_from_the_line_the_file_or_the_decorator(items, metafunc, made_job, item, tmp_path):
    own = made_job().benchmark

    def found(declared: Any = 0.25, **options: Any) -> Any:
        case: BenchmarkCase = items(benchmark(own, threshold=declared), "scores", **options)[0][2]
        return case.threshold

    assert found() == Threshold(values={"accuracy": 0.25}, primary="accuracy", source="the decorator")
    assert found(None) is None
    assert found(None, threshold=["other=0.5"]) is None
    (tmp_path / "thresholds.toml").write_text('["fake/fixed:4"]\n"sums/default".accuracy = 0.5\n', "utf-8")
    assert found().values == found(None).values == {"accuracy": 0.5}
    assert found(threshold=["sums=0.75"]).values == {"accuracy": 0.75}
    with pytest.raises(pytest.Collector.CollectError, match="threshold= of the test of sums, accuracy: not a finite"):
        metafunc(benchmark(own, threshold={"accuracy": "0.5"}), "scores")  # type: ignore[dict-item]  # what a user may write


WRONG_OPTIONS = [
    ({"threshold": ["sums.recall=0.75"]}, "--eval-threshold: metric of sums: unknown name"),
    ({"dataset_args": '{"sums": {"repeats": 0}}'}, "--eval-dataset-args of sums: repeats does not fit"),
    ({"judge_strategy": "rule"}, "sums: no rule scores its completions"),
    ({"generation_config": "n=2"}, "generation parameter n: does not fit"),
]


@pytest.mark.parametrize(("given", "says"), WRONG_OPTIONS)
def test_what_options_make_wrong_is_an_error_of_the_item_and_what_the_test_declares_one_of_the_file(
    items, metafunc, made_job, given, says
):
    own = made_job().benchmark
    if "judge_strategy" in given:
        own = replace(own, needs=("judge",))
    ((_, _, case),) = items(benchmark(own, limit=2, weight=3, threshold=0.25), "scores", model=["fake/echo"], **given)
    assert (case.job.key, case.job.limit, case.job.declared.weight) == (("fake/echo", "sums", "default"), 2, 3)
    with pytest.raises(UsageError, match=f"^{says}"):
        case.require(Settings())
    with pytest.raises(pytest.Collector.CollectError, match="repeats does not fit"):
        metafunc(benchmark(own, repeats=0), "scores", **given)


def test_the_fixture_threshold_is_that_of_the_item_and_an_error_where_none_is_set(item):
    mine = item()
    assert threshold_of(mine) is mine.callspec.params[CASE].threshold
    mine.callspec.params[CASE] = replace(mine.callspec.params[CASE], threshold=None)
    with pytest.raises(pytest.fail.Exception, match=r"^sums/default: no threshold is set"):
        threshold_of(mine)


def test_the_samples_behind_a_gate_are_found_by_the_metric_that_fell_short(declared, scores, estimate):
    measured = measured_of(declared)
    assert measured.behind(None) == (), "without scores no sample is known"
    measured.scores = replace(scores, metrics={"accuracy": estimate(0.5), "recall": estimate(0.9)})
    measured.case = replace(
        measured.case,
        job=replace(
            measured.case.job,
            benchmark=replace(
                measured.case.job.benchmark,
                metrics={"accuracy": mean("accuracy"), "recall": f1("hits", "extra", "missing")},
            ),
        ),
        threshold=Threshold(values={"accuracy": 0.25, "recall": 0.95}, primary="accuracy"),
    )
    of_recall = Behind(key=measured.case.job.key, metric="recall", reads=("hits", "extra", "missing"))
    assert measured.behind(("accuracy", True)) == (
        Behind(key=measured.case.job.key, metric="accuracy", reads=("accuracy",), rising=True),
    ), "the comparison that failed"
    assert measured.behind(None) == (of_recall,), "else the threshold that is not reached"
    assert measured.behind(("weighted_avg", True)) == (of_recall,), "a comparison of something else does not count"
    measured.case = replace(measured.case, threshold=None)
    assert [each.metric for each in measured.behind(None)] == ["accuracy"], "else the primary metric"


def test_an_item_is_held_to_its_threshold_whatever_its_test_asserts(declared, scores, estimate):
    measured = measured_of(declared)
    assert measured.unmet(()) is None, "without scores the gate is an error already"
    measured.scores = scores
    assert measured.unmet(()) is None
    hold(declared)
    measured.scores = replace(scores, metrics={"accuracy": estimate(0.2)})
    below = "accuracy 0.200 ± 0.100 (95 % 0.10–0.30, n=10) is below 0.25; that may be chance: "
    text = measured.unmet(()).text
    assert text.startswith(below)
    assert text.endswith(" (set by the decorator)")
    with pytest.raises(pytest.fail.Exception) as failed:
        hold(declared)
    assert failed.value.msg == f"{text}\ntest_it.py:7"
    assert not failed.value.pytrace
    measured.case = replace(measured.case, threshold=None)
    hold(declared)
