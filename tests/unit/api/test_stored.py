"""What merging and marking again share, and what they say: folders, declarations, spending, indexes, changes."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.api import evaluate, merge, rescore
from pytest_evalscope.api.evaluation import problems
from pytest_evalscope.api.rescore import Change, recorded_settings
from pytest_evalscope.api.stored import fresh
from pytest_evalscope.data import Source
from pytest_evalscope.errors import EvalscopeError, UsageError
from pytest_evalscope.folder.recorded import Recorded, open_run
from pytest_evalscope.folder.schema_1 import declared_of
from pytest_evalscope.run import RunFolder, Settings, Shard, merging
from pytest_evalscope.types import Declared, Estimate, Result, RunSummary


def test_a_folder_is_written_that_holds_nothing(folder):
    assert fresh(folder / "new").path == folder / "new"
    (folder / "empty").mkdir()
    assert fresh(folder / "empty").path == folder / "empty"
    (folder / "file").touch()
    (folder / "used").mkdir()
    (folder / "used" / "file").touch()
    for name in ("file", "used"):
        with pytest.raises(UsageError) as told:
            fresh(folder / name)
        assert str(told.value) == (
            f"output: the folder is in use ({folder / name}); accepted: an empty folder, or the name of a new one"
        )


def result(**changes: Any) -> Result:
    half = Estimate(value=0.5, stderr=0.1, low=0.3, high=0.7, n=10, metric="accuracy")
    made = Result(
        benchmark="sums", version="1", model="m", subset="default", primary_metric="accuracy",
        metrics={"accuracy": half}, planned=10, outcomes={"scored": 10}, task_type="math", tags=("own",),
    )  # fmt: skip
    return replace(made, **changes)


def report_of(path: Path, **told: Any) -> RunFolder:
    """Return a run folder with a report of the job, as schema 1 has it."""
    report = path / "reports" / "m" / "sums.json"
    report.parent.mkdir(parents=True)
    whole = {name: told.pop(name) for name in ("weight", "task_type", "tags") if name in told}
    report.write_text(json.dumps({**whole, "subsets": {"default": told}}), "utf-8")
    return RunFolder(path)


def test_what_tests_declared_is_in_the_reports_of_schema_1(folder):
    key = ("m", "sums", "default")
    assert declared_of(RunFolder(folder / "silent"), key) == (None, 0.0)
    told = {"weight": 2, "task_type": "sums", "tags": ["x"], "test": "t.py::a", "location": "t.py:5", "seconds": 1.5}
    made, seconds = declared_of(report_of(folder / "one", **told), key)
    assert made == Declared(weight=2.0, task_type="sums", tags=("x",), test="t.py::a", location="t.py:5")
    assert seconds == 1.5
    del told["tags"]
    assert declared_of(report_of(folder / "torn", **told), key) == (None, 0.0)


def test_what_tests_declared_is_that_of_the_first_which_knows():
    def part(declared: Declared | None) -> Any:
        return SimpleNamespace(manifest=SimpleNamespace(declared=declared))

    first = Declared(weight=2.0, task_type="sums", tags=("x",))
    second = Declared(weight=3.0, task_type="other", tags=("y",), test="t.py::a", location="t.py:5")
    assert merging.declared_of([part(None)]) == Declared()
    made = merging.declared_of([part(None), part(first), part(second)])
    assert made == replace(first, test="t.py::a", location="t.py:5")


def test_a_change_reads_as_a_sentence():
    made = Change(result=result(), changed=3, before=None)
    assert str(made) == "sums/default of m: 3 of 10 verdicts changed, accuracy unknown -> 0.5000"
    lost = result(metrics={})
    assert str(Change(result=lost, changed=0, before=made.result.primary)).endswith("accuracy 0.5000 -> unknown")
    assert str(replace(made, kept="no reason")) == "sums/default of m: scores kept: no reason"


def test_problems_are_a_sentence_each():
    lost = SimpleNamespace(name="mine", model="m", missing=("a/x", "b/y"))
    whole = SimpleNamespace(name="mine", model="n", missing=())
    summary = RunSummary(
        folder=Path(),
        results=(result(verdict="error", message="no\ndata " + "x" * 2000), result(verdict="failed", message="low")),
        indexes=(lost, whole),  # type: ignore[arg-type]  # no more of an index is looked at
        complete=False,
    )
    first, *rest = problems(summary)
    assert first.startswith("sums/default of m: no data xxx")
    assert len(first) <= 1000
    assert rest == ["index mine of m: no score for a/x, b/y", "the run was cut off: these numbers are not a result"]
    assert problems(replace(summary, results=(), indexes=(), complete=True)) == []


def recorded(**options: Any) -> Recorded:
    return Recorded(RunFolder(Path("run")), {"options": options})


def test_a_run_is_marked_again_as_it_was_told(folder):
    plain = Settings()
    assert recorded_settings(recorded()) == plain
    assert recorded_settings(Recorded(RunFolder(folder), {})) == plain
    told = {
        "data-dir": "mirror", "hub": "modelscope", "offline": "true", "dataset-args": '{"sums": {"limit": 2}}',
        "max-errors": "0.5", "judge-strategy": "llm", "judge": ["fake/echo"],
    }  # fmt: skip
    made = recorded_settings(recorded(**told))
    assert made.data == Source(data_dir=Path("mirror"), hub="modelscope", offline=True)
    assert (made.dataset_args, made.max_errors, made.judge_strategy) == ({"sums": {"limit": 2}}, 0.5, "llm")
    assert made.judges == ()
    assert recorded_settings(recorded(hub="huggingface", offline="false")).data == plain.data
    with pytest.raises(UsageError, match=r"^judge-strategy: unknown name \('lm'\)"):
        recorded_settings(recorded(**{"judge-strategy": "lm"}))


@pytest.fixture
def halves(sums, folder):
    """The folders of two shards of a run of two benchmarks."""
    asked = [sums("a", 9), sums("b", 9)]
    return [
        evaluate(
            asked, models=["fake/fixed:4"], settings=Settings(shard=Shard(index, 2), cache="off"),
            folder=folder / str(index), progress=False,
        ).folder
        for index in (1, 2)
    ]  # fmt: skip


def test_shards_become_the_run_of_the_whole(halves, sums, folder, read_json):
    for half, day in zip(halves, ("2025-01-02", "2025-01-01"), strict=True):
        path = half / "configs" / "run.json"
        path.write_text(json.dumps({**read_json(path), "started": day}), "utf-8")
    made = merge(map(str, halves), str(folder / "joined"))
    whole = evaluate([sums("a", 9), sums("b", 9)], models=["fake/fixed:4"], folder=folder / "whole", progress=False)
    assert [(one.benchmark, one.metrics, one.outcomes, one.verdict, one.expected) for one in made.results] == [
        (one.benchmark, one.metrics, one.outcomes, one.verdict, one.expected) for one in whole.results
    ]
    assert (made.complete, made.shard, made.remarks, made.spending) == (True, "", (), None)
    assert made.indexes == whole.indexes
    manifests = [read_json(path / "configs" / "run.json") for path in (*halves, made.folder)]
    assert [one["options"]["shard"] for one in manifests] == ["1/2", "2/2", ""]
    assert manifests[2]["started"] == made.started == "2025-01-01"
    assert (manifests[2]["status"], list(manifests[2]["data"])) == ("complete", ["a/default", "b/default"])
    assert made.seconds == sum(one.seconds for one in made.results)
    assert (made.folder / "reports" / "junit.xml").exists()
    merge(halves, folder / "quiet", junit="off")
    assert not (folder / "quiet" / "reports" / "junit.xml").exists()


def test_lost_samples_are_tolerated_as_the_first_run_tolerated_them(sums, folder):
    def down(prompt: str) -> str:
        raise ValueError("down")

    for allowed, verdict in ((1.0, "none"), (0.5, "error")):
        run = evaluate(
            [sums()], models=[down], settings=Settings(max_errors=allowed), folder=folder / str(allowed), progress=False
        )
        assert merge([run.folder], folder / f"joined-{allowed}").results[0].verdict == verdict


def test_marking_again_writes_beside_the_run_what_it_was_told(sums, folder, read_json, capsys):
    first = evaluate([sums()], models=["fake/fixed:4"], folder=folder / "runs" / "one", progress=False)
    made = rescore(first.folder, benchmarks=[sums()])
    assert made.summary.folder.parent == (folder / "runs").resolve()
    options = read_json(made.summary.folder / "configs" / "run.json")["options"]
    assert (options["run-dir"], options["judge"], options["seed"]) == (str(first.folder), [], "42")
    assert read_json(made.summary.folder / "configs" / "run.json")["started"] == first.started
    assert made.summary.remarks == ()
    assert (made.summary.folder / "reports" / "junit.xml").exists()
    assert capsys.readouterr().err == ""
    kept = rescore(first.folder, folder / "kept", junit="off")
    assert [str(change) for change in kept.changes] == list(kept.summary.remarks)
    assert [(change.changed, change.before) for change in kept.changes] == [(0, None)]
    assert not (folder / "kept" / "reports" / "junit.xml").exists()
    asked = Settings(limit=3, shard=Shard(1, 2), seed=1)
    again = rescore(first.folder, folder / "again", benchmarks=[sums()], settings=asked)
    assert again.summary.results[0].planned == 4, "what is marked is what was asked then"


def test_reports_that_cannot_be_written_are_told(halves, folder, monkeypatch):
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pytest_evalscope.api.conduct.write_reports", full)
    with pytest.raises(EvalscopeError) as told:
        merge(halves, folder / "joined")
    assert told.value.message == f"reports: cannot be written ({folder / 'joined'}: No space left on device)"


def test_a_run_without_replies_has_none_to_mark(folder):
    folder.joinpath("run", "configs").mkdir(parents=True)
    folder.joinpath("run", "configs", "run.json").write_text("{}")
    with pytest.raises(UsageError) as told:
        rescore("run")
    assert str(told.value) == "rescore: the run folder contains no completions (run)"
    with pytest.raises(UsageError) as told:
        merge(["run"], "joined")
    assert str(told.value) == "merge: none of these runs has a job of a model"
    assert open_run(Path("run")).options == {}
