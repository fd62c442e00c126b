"""evaluate: the run folder, what could not be measured, indexes, models, and a Ctrl-C."""

import asyncio
import signal
import threading
from dataclasses import replace

import pytest

from pytest_evalscope.api import Interrupted, evaluate, problems
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler
from pytest_evalscope.data import File
from pytest_evalscope.errors import DataNotFound, EvalscopeError, UnknownName, UsageError
from pytest_evalscope.run import Settings
from pytest_evalscope.types import EVERY_REQUEST, Completion, calls


def test_a_benchmark_is_measured_and_written_down(sums, add, folder, read_json):
    summary = evaluate([sums(count=4)], models=[add])
    (result,) = summary.results
    assert (result.model, result.benchmark, result.subset, result.verdict) == ("add", "sums", "default", "none")
    assert (result.metrics["accuracy"].value, result.metrics["accuracy"].n, summary.complete) == (1.0, 4, True)
    assert problems(summary) == []
    assert (folder / "outputs" / "latest").samefile(summary.folder)
    assert read_json(summary.folder / "reports" / "add" / "sums.json")["overall"]["metrics"]["accuracy"]["value"] == 1.0
    assert len((summary.folder / "reviews" / "add" / "sums" / "default.jsonl").read_text("utf-8").splitlines()) == 4
    assert {path.name for path in (summary.folder / "reports").iterdir()} == {
        *("add", "index.json", "summary.md", "junit.xml"),
    }


def test_the_manifest_says_what_was_asked_for(sums, folder, read_json):
    settings = Settings(
        params={"temperature": 0, "extra_body": {"api_key": "sk-hidden"}}, limit=3, work_dir=folder / "runs"
    )
    summary = evaluate([sums()], models=["fake/fixed:4"], settings=settings)
    manifest = read_json(summary.folder / "configs" / "run.json")
    assert manifest["status"] == "complete"
    assert manifest["options"]["model"] == ["fake/fixed:4"]
    assert manifest["options"]["limit"] == "3"
    assert manifest["options"]["generation-config"] == '{"temperature":0,"extra_body":{"api_key":"***"}}'
    assert list(manifest["data"]) == ["sums/default"]
    assert summary.folder.parent == folder / "runs"


def test_several_models_and_the_index_that_the_benchmarks_make(sums, add):
    summary = evaluate([sums("few", 2), sums("many", 4)], models={"adder": add, "four": "fake/fixed:4"})
    assert [(r.benchmark, r.model) for r in summary.results] == [
        *(("few", "adder"), ("few", "four"), ("many", "adder"), ("many", "four")),
    ]
    assert [(index.model, index.weighted_avg.value) for index in summary.indexes] == [
        *(("adder", 1.0), ("four", pytest.approx((0.5 + 0.25) / 2))),
    ]


def test_an_index_from_a_schema_a_set_and_a_file(sums, folder, mixed):
    own = [sums("few", 2), sums("many", 8)]
    schema = CollectionSchema("mine", datasets=[DatasetInfo("few", 3), DatasetInfo("many", 1)])
    drawn = WeightedSampler(schema, benchmarks=own).sample()
    schema.dump_json(folder / "schema.json")
    for index in (schema, drawn, folder / "schema.json", "schema.json"):
        summary = evaluate(own, indexes=[index], models=["fake/fixed:4"])
        mine, of_marks = summary.indexes
        assert (mine.name, mine.count, mine.weighted_avg.value) == ("mine", 10, 0.75 * 0.5 + 0.25 * 0.125)
        assert of_marks.name == "index"
    summary = evaluate(indexes=[mixed], models=["fake/letter:A"])
    (index,) = summary.indexes
    assert (index.name, index.count, index.missing) == ("mine", 24, ())
    assert {result.benchmark for result in summary.results} == {
        *("mine.smoke_arithmetic", "mine.smoke_facts", "mine.smoke_knowledge"),
    }


def test_what_cannot_be_read_is_an_error_of_its_own(sums, add):
    lost = sums("lost", data=File("nowhere.jsonl"))
    summary = evaluate([lost, sums("found")], models=[add])
    first, second = summary.results
    assert (first.verdict, first.metrics, first.planned) == ("error", {}, 0)
    assert "nowhere.jsonl" in first.message
    assert (second.verdict, second.metrics["accuracy"].value) == ("none", 1.0)
    (problem, index) = problems(summary)
    assert problem.startswith("lost/default of add: data file not found: nowhere.jsonl")
    assert index == "index index of add: no score for lost/default"


def test_samples_without_a_score_are_an_error_unless_they_are_tolerated(sums, add):
    def sometimes(prompt: str) -> str:
        if prompt == "1 + 1":
            raise RuntimeError("down")
        return str(add(prompt))

    (result,) = evaluate([sums()], models=[sometimes]).results
    assert result.verdict == "error"
    assert result.message.startswith("1 of 4 samples have no score (1 model_error), more than the allowed 0 %")
    assert result.metrics["accuracy"].value == 0.75, "the one without a score counts 0"
    summary = evaluate([sums()], models=[sometimes], settings=Settings(max_errors=0.25))
    assert (problems(summary), summary.results[0].metrics["accuracy"].value) == ([], 0.75)


def test_a_metric_that_raises_is_an_error_and_ends_nothing(sums, add):
    def broken(columns):
        raise ZeroDivisionError("no spread")

    summary = evaluate([sums("a", metrics={"accuracy": broken}), sums("b")], models=[add])
    assert summary.results[0].message.startswith(
        "metric: a function of the benchmark raised ZeroDivisionError: no spread at "
    )
    assert summary.results[1].metrics["accuracy"].value == 1.0


def test_an_index_of_which_nothing_was_measured_is_told(sums, add):
    def broken(columns):
        raise ValueError("no")

    own = [sums("few", 2, metrics={"accuracy": broken})]
    mixed = WeightedSampler(CollectionSchema("mine", datasets=[DatasetInfo("few")]), benchmarks=own).sample()
    summary = evaluate(indexes=[mixed], models=[add])
    assert summary.indexes == ()
    assert any("index mine: nothing was measured" in remark for remark in summary.remarks)
    (problem,) = problems(summary)
    assert problem.startswith("mine.few/default of add: metric: a function of the benchmark raised ValueError: no at ")


def test_replies_come_from_the_cache_the_second_time(sums):
    first, second = (evaluate([sums()], models=["fake/fixed:4"]).results[0] for _ in range(2))
    assert (first.requests, second.requests) == (4, 0)
    assert first.data_hash == second.data_hash


def test_a_model_is_closed_at_the_end(sums):
    class Own:
        can = EVERY_REQUEST
        name, identity, closed = "own", {"own": 1}, False

        async def send(self, request):
            return Completion(text="4")

        async def aclose(self):
            self.closed = True

    model = Own()
    summary = evaluate([sums()], models=[model])
    assert (summary.results[0].model, model.closed) == ("own", True)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (
            {"benchmarks": ["smoke_fact"]},
            UnknownName,
            r"^benchmark: unknown name \('smoke_fact'\); did you mean smoke_f",
        ),
        ({}, UsageError, "^datasets: none is named"),
        ({"models": []}, UsageError, "^model: none is named; accepted: provider/model"),
        ({"models": ["fake/nothing"]}, UsageError, "^fake model: unknown form"),
        ({"models": [3]}, UsageError, "neither a model nor a function"),
        ({"models": ["fakes/echo"]}, UnknownName, "did you mean fake"),
        ({"indexes": ["nowhere.jsonl"]}, DataNotFound, "mixed set not found: nowhere.jsonl"),
        ({"indexes": ["nowhere.json"]}, UsageError, "schema nowhere.json: cannot be read"),
    ],
)
def test_a_mistake_is_told_before_anything_is_written(folder, arguments, error, said):
    named = {"benchmarks": ["smoke_facts"]} if "models" in arguments else {}
    with pytest.raises(error, match=said):
        evaluate(**{"models": ["fake/echo"], **named, **arguments})
    assert not (folder / "outputs").exists()


def test_two_of_one_name_are_refused(sums, add):
    with pytest.raises(UsageError, match=r"^sums: requested twice, and files and reports go by this name"):
        evaluate([sums(), sums(count=2)], models=[add])
    with pytest.raises(UsageError, match=r"^model <lambda>: two go by this name"):
        evaluate([sums()], models=[lambda prompt: "1", lambda prompt: "2"])
    assert len(evaluate(["smoke_facts"] * 2, models=["fake/echo"] * 2).results) == 1, "the same thing twice is one"


def test_two_whose_names_differ_by_case_alone_are_refused_where_they_are_one_file(sums, add, folder, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(UsageError, match="run folder: add/SUMS/default and add/sums/default would be one file here"):
        evaluate([sums("sums"), sums("SUMS")], models=[add])
    assert not (folder / "outputs").exists()


@pytest.mark.parametrize("names", ["aba", "aab", "baa"])
def test_two_of_three_that_go_by_one_name_are_refused_wherever_they_are(sums, add, folder, names):
    with pytest.raises(UsageError, match=r"^a: requested twice, and files and reports go by this name"):
        evaluate([sums(name, count) for count, name in enumerate(names, 1)], models=[add])
    assert not (folder / "outputs").exists()
    assert len(evaluate([sums(name) for name in "abc"], models=[add]).results) == 3


@pytest.mark.parametrize(
    ("promised", "limit", "said"),
    [(5, None, "4 of 5"), (4, None, ""), (None, None, ""), (9, 3, ""), (9, 6, "4 of 6"), (9, 0.5, "4 of 5")],
)
def test_fewer_rows_than_the_card_promises_are_told(sums, add, promised, limit, said):
    benchmark = sums(count=4)

    class Promising:
        subsets = ("default",)

        def size(self, subset):
            return promised

        def read(self, subset, *, part="eval", source):
            return benchmark.data.read(subset, part=part, source=source)

    summary = evaluate([replace(benchmark, data=Promising())], models=[add], settings=Settings(limit=limit))
    told = [remark for remark in summary.remarks if "fewer rows" in remark]
    assert told == ([f"the data had fewer rows than the card says: sums/default {said}"] if said else [])
    assert problems(summary) == []


def test_ctrl_c_keeps_what_is_done_and_raises(sums, read_json, monkeypatch, ctrl_c):
    monkeypatch.setattr("pytest_evalscope.run.session.GRACE", 0.0)
    asked = threading.Event()

    async def stuck(sample, context):
        if sample.input != "1 + 1":
            asked.set()
            await asyncio.Event().wait()
        return Completion(text="2")

    def interrupt() -> None:
        asked.wait(30)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(Interrupted) as caught:
        evaluate(
            [sums("slow", 3, solve=stuck), sums("rest", 3)], models=["fake/echo"], settings=Settings(concurrency=1)
        )
    thread.join()
    summary = caught.value.summary
    (result,) = summary.results
    assert (summary.complete, result.complete, result.benchmark, result.metrics["accuracy"].n) == (
        False,
        False,
        "slow",
        1,
    )
    assert problems(summary) == ["the run was cut off: these numbers are not a result"]
    assert "INCOMPLETE" in (summary.folder / "reports" / "summary.md").read_text("utf-8")
    assert read_json(summary.folder / "configs" / "run.json")["status"] == "incomplete"


def test_reports_that_cannot_be_written_are_an_error(sums, add, folder):
    def spoil(prompt: str) -> str:
        reports = folder / "here" / "reports"
        if reports.is_dir():
            reports.rmdir()
            reports.write_text("a file, not a folder")
        return str(add(prompt))

    with pytest.raises(EvalscopeError, match=r"^reports: cannot be written \(.*here: "):
        evaluate([sums()], models=[spoil], folder=folder / "here")


def test_the_manifest_says_where_an_index_was_read(mixed, read_json):
    summary = evaluate(indexes=["mixed.jsonl"], models=["fake/letter:A"])
    assert read_json(summary.folder / "configs" / "run.json")["options"]["index"] == ["mixed.jsonl"]


def test_a_folder_that_another_run_writes_is_left_as_it_is(sums, add, folder):
    inside: list[str] = []

    def meddle(prompt: str) -> str:
        with pytest.raises(UsageError) as caught:
            evaluate([sums(count=1)], models=[add], folder=folder / "here")
        inside.append(caught.value.message)
        return str(add(prompt))

    summary = evaluate([sums(count=1)], models=[meddle], folder=folder / "here")
    assert inside[0].startswith("run folder: another run writes there (")
    assert (summary.results[0].outcomes, summary.complete) == ({"scored": 1}, True)
    assert evaluate([sums(count=1)], models=[add], folder=folder / "here").complete, "it is free again"


def test_code_that_does_not_end_is_named_among_the_remarks(sums, add, folder, monkeypatch):
    async def solve(sample, context):
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass

    monkeypatch.setattr(calls, "PATIENCE", 0.0)
    settings = Settings(sample_timeout=0.01, work_dir=folder / "runs")
    (remark,) = evaluate([replace(sums(count=1), solve=solve)], models=[add], settings=settings).remarks
    assert "test_evaluation.py:" in remark
    assert remark.endswith(" was cancelled, and did not end")
