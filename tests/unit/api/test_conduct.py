"""Conducting a run: what becomes of each job, what was cut off, and the folder from its claim to its reports."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.api import conduct
from pytest_evalscope.api.conduct import (
    CUT_OFF,
    Conductor,
    await_result,
    await_scores,
    cut_off,
    refuse_clashes,
    write_run,
)
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import DataError, EvalscopeError, StorageError, UsageError
from pytest_evalscope.run import Job, Run, RunFolder, Settings, Shard
from pytest_evalscope.solvers import chat
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Completion, Declared, Result, Scores, Spending

DECLARED = Declared(weight=0.0, task_type="mine", tags=("a", "b"), test="t.py::a", location="t.py:1")


@pytest.fixture
def job(sums) -> Any:
    """A job of four sums; the function `solve` completes them, by default without an error."""

    def made(name: str = "sums", *, solve: Any = None, benchmark: Any = None, **fields: Any) -> Job:
        async def add(sample: Any, context: Any) -> Completion:
            first, _, second = sample.input.split()
            return Completion(text=str(int(first) + int(second)))

        return Job(
            benchmark=sums(name, solve=solve or add, **(benchmark or {})), subset="default", model="fake/echo", **fields
        )

    return made


@pytest.fixture
def open_run(folder):
    """Return a run with these settings; whatever is open is closed at the end."""
    opened: list[Run] = []

    def made(**fields: Any) -> Run:
        target = RunFolder(folder / f"run-{len(opened)}")
        target.create()
        opened.append(Run(Settings(work_dir=folder, cache="off", **fields), target))
        return opened[-1]

    yield made
    for run in opened:
        run.close()


async def fail(sample: Any, context: Any) -> Completion:
    raise EvalscopeError("no completion")


class Broken:
    """A run whose jobs end with an exception."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def result(self, job: Job, *, tick: Any = None) -> Any:
        raise self.error


def test_scores_come_with_why_no_gate_may_be_computed_from_them(open_run, job):
    run = open_run()
    scores, problem = await_scores(run, job())
    assert (scores.accuracy.value, scores.planned, problem) == (1.0, 4, "")
    lost, problem = await_scores(run, job("lost", solve=fail))
    assert lost.unscored == 4
    assert problem.startswith("4 of 4 samples have no score (4 model_error), more than the allowed 0 %: first error ")
    assert "no completion" in problem
    tolerant = open_run(max_errors=1.0)
    assert await_scores(tolerant, job("lost", solve=fail))[1] == ""


def test_of_a_shard_the_errors_are_counted_against_the_whole(open_run, job):
    scores, problem = await_scores(open_run(), job(shard=Shard(1, 2)))
    assert 0 < scores.planned < 4
    assert problem == ""
    lost, problem = await_scores(open_run(), job(shard=Shard(1, 2), solve=fail))
    assert problem.startswith(
        f"{lost.planned} of the shard's {lost.planned} samples have no score, more than the allowed 0 % of all 4: "
    )
    enough = lost.planned / 4
    assert await_scores(open_run(max_errors=enough), job(shard=Shard(1, 2), solve=fail))[1] == ""


def test_what_shows_progress_is_called_while_a_job_is_awaited(job):
    ticks: list[Any] = []
    mine = job()
    scores = Scores(
        benchmark="sums", subset="default", model="m", primary_metric="accuracy", metrics={}, outcomes={}, planned=0
    )

    def result(job: Job, *, tick: Any) -> Any:
        ticks.append((job, tick))
        return scores

    tally = SimpleNamespace(whole=None, first_error="")
    run: Any = SimpleNamespace(result=result, tallies={mine.key: tally}, settings=SimpleNamespace(max_errors=0.0))

    def tick() -> None:
        """Show nothing."""

    assert await_scores(run, mine, tick=tick)[0] is scores
    await_result(run, mine, tick=tick)
    assert ticks == [(mine, tick)] * 2


def test_a_job_with_scores_is_a_result_without_a_verdict(open_run, job):
    made = await_result(open_run(), job())
    assert (made.benchmark, made.verdict, made.message, made.weight) == ("sums", "none", "", 1.0)
    assert made.metrics["accuracy"].value == 1.0
    lost = await_result(open_run(), job("lost", solve=fail))
    assert (lost.verdict, lost.planned, dict(lost.outcomes)) == ("error", 4, {"model_error": 4})
    assert lost.message.startswith("4 of 4 samples have no score")


def test_a_result_has_what_its_test_declared_with_scores_or_without(open_run, job):
    runs: list[Any] = [open_run(), Broken(DataError("no rows"))]
    for run in runs:
        made = await_result(run, job(declared=DECLARED))
        assert (made.task_type, made.tags, made.weight) == ("mine", ("a", "b"), 0.0)
        assert (made.nodeid, made.location) == ("t.py::a", "t.py:1")
        assert made.task_type != job().benchmark.task_type


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DataError("sums: no rows", hint="run prefetch"), "sums: no rows; hint: run prefetch"),
        (EvalscopeError("engine: it ended"), "engine: it ended"),
        (ValueError("bad\n  metric"), "ValueError: bad metric"),
        (KeyError("q"), "KeyError: 'q'"),
        (RuntimeError("x" * 600), "RuntimeError: " + "x" * 486),
    ],
)
def test_any_exception_is_an_error_of_that_result_alone(job, error, message):
    run: Any = Broken(error)
    made = await_result(run, job())
    place = f" at {__file__}:{Broken.result.__code__.co_firstlineno + 1}"
    expected = message if isinstance(error, EvalscopeError) else message + place
    assert (made.verdict, made.message, made.metrics, made.complete) == ("error", expected, {}, True)


@pytest.mark.parametrize("error", [StorageError("disk full", hint="buy one"), KeyboardInterrupt()])
def test_a_full_disk_and_a_ctrl_c_end_the_run(job, error):
    run: Any = Broken(error)
    with pytest.raises(type(error)):
        await_result(run, job())


def test_jobs_with_records_and_no_result_were_cut_off(open_run, job):
    run, mine, other = open_run(), job(), job("other")
    for each in (mine, other):
        run.result(each)
    jobs = [mine, job("never begun"), mine, other]
    [made] = cut_off(run, jobs, {other.key}).items()
    assert made[0] == mine.key
    assert (made[1].verdict, made[1].message, made[1].complete) == ("none", CUT_OFF, True)
    assert made[1].metrics["accuracy"].n == 4
    run.tallies[mine.key].planned = 9
    assert not cut_off(run, jobs, ())[mine.key].complete
    run.tallies[mine.key].done = 0
    assert list(cut_off(run, jobs, ())) == [other.key], "nothing of it was recorded"


def test_a_metric_that_fails_over_a_part_of_the_samples_is_left_out(open_run, job):
    def picky(columns: Any) -> Any:
        raise ZeroDivisionError

    run, mine = open_run(), job(benchmark={"metrics": {"accuracy": picky}}, declared=DECLARED)
    with pytest.raises(EvalscopeError, match=r"^metric: a function of the benchmark raised ZeroDivisionError at "):
        run.result(mine)
    made = cut_off(run, [mine], ())[mine.key]
    assert (made.metrics, made.message, made.weight, made.task_type) == ({}, CUT_OFF, 0.0, "mine")
    assert (made.nodeid, made.location) == ("t.py::a", "t.py:1")


CHANGES: dict[str, dict[str, Any]] = {
    "limit": {"limit": 1},
    "repeats": {"repeats": 2},
    "seed": {"seed": 1},
    "params": {"params": {"temperature": 0}},
}
OTHER: dict[str, Any] = {"solve": chat(system="Be brief."), "description": "another", "data": Rows([{"q": "7"}])}


@pytest.mark.parametrize("change", [*CHANGES, *OTHER, "metrics"])
def test_one_benchmark_is_not_run_in_two_ways_under_one_name(job, change):
    one = job()
    made = one.benchmark
    changed = {**OTHER, "metrics": {**made.metrics, "more": mean("more")}}
    fields = CHANGES.get(change) or {"benchmark": replace(made, **{change: changed.get(change)})}
    two = replace(one, **fields)
    refuse_clashes([(one, "a"), (replace(one, shard=Shard(1, 2)), "b"), (replace(two, model="other"), "c")])
    with pytest.raises(UsageError) as refused:
        refuse_clashes([(one, "a"), (one, "b"), (two, "c")], hint="rename it")
    assert refused.value.message == "sums: a and c run it in two ways under one name"
    assert refused.value.hint == "rename it"


def test_names_that_would_be_one_file_are_refused(job, monkeypatch):
    jobs = [(job("sums"), "a"), (job("SUMS"), "b")]
    for platform in ("linux", "darwin"):
        monkeypatch.setattr("pytest_evalscope.folder.paths.sys", SimpleNamespace(platform=platform))
        if platform == "linux":
            refuse_clashes(jobs)
        else:
            with pytest.raises(UsageError, match="would be one file here"):
                refuse_clashes(jobs)


@pytest.fixture
def conductor(folder) -> Any:
    """Return a conductor of one and the same folder; whatever is claimed is given up at the end."""
    made: list[Conductor] = []

    def conducting(**fields: Any) -> Conductor:
        target = RunFolder(folder / "outputs" / "run")
        made.append(Conductor(target, Settings(work_dir=folder / "outputs", **fields), {"seed": "7"}))
        return made[-1]

    yield conducting
    for each in made:
        each.close()


def manifest(conductor: Conductor) -> Any:
    return json.loads((conductor.folder.path / "configs" / "run.json").read_text("utf-8"))


def measured(name: str = "sums", **fields: Any) -> Result:
    return Result(
        benchmark=name, version="1", model="m", subset="default", primary_metric="accuracy", metrics={}, planned=4,
        outcomes={"scored": 4}, data_hash="abc", **fields,
    )  # fmt: skip


def test_a_run_claims_its_folder_and_writes_its_manifest(conductor):
    made = conductor()
    made.begin()
    begun = manifest(made)
    assert (begun["status"], begun["started"], begun["options"]) == ("running", made.started, {"seed": "7"})
    assert made.started.endswith("+00:00")
    latest: Path = made.folder.path.parent / "latest"
    assert latest.resolve() == made.folder.path
    with pytest.raises(UsageError, match=r"^run folder: another run writes there"):
        conductor().begin()
    made.close()
    made.close()
    conductor().begin()


def test_a_run_may_stay_apart_from_the_latest_and_begin_anew(conductor):
    made = conductor()
    made.begin(latest=False)
    assert not (made.folder.path.parent / "latest").exists()
    made.close()
    left = made.folder.path / "configs" / "jobs" / "left.json"
    left.parent.mkdir()
    left.write_text("{}", "utf-8")
    made.begin(latest=False)
    assert left.exists()
    made.close()
    made.begin(anew=True, latest=False)
    assert not left.exists()


def test_a_folder_that_cannot_be_made_is_a_mistake_of_the_user(conductor, folder):
    (folder / "outputs").write_text("in the way", "utf-8")
    with pytest.raises(UsageError, match=r"^--eval-work-dir: the run folder cannot be made"):
        conductor().begin()


@pytest.mark.parametrize("error", [StorageError("disk full", hint="buy one"), KeyboardInterrupt()])
def test_a_run_that_cannot_begin_gives_its_folder_up(conductor, monkeypatch, error):
    def write_manifest(*_: Any, **__: Any) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(conduct, "write_manifest", write_manifest)
        with pytest.raises(type(error)):
            conductor().begin()
    made = conductor()
    assert not (made.folder.path.parent / "latest").exists()
    made.begin()


def test_a_status_is_written_with_the_data_that_was_read(conductor):
    made = conductor()
    made.begin()
    made.write_status("nothing measured", [measured()])
    assert (manifest(made)["status"], manifest(made)["data"]) == ("nothing measured", {"sums/default": "abc"})


def test_a_summary_is_complete_if_every_result_is(conductor):
    made = conductor(shard=Shard(1, 2))
    spending = Spending(token_budget=9)
    summary = made.summary([measured()], remarks=["fewer rows"], spending=spending)
    assert (summary.folder, summary.started, summary.shard) == (made.folder.path, made.started, "1/2")
    assert summary.complete
    assert summary.seconds >= 0
    assert "fewer rows" in summary.remarks
    assert summary.spending == spending
    assert not made.summary([measured()], complete=False).complete
    assert not made.summary([measured(), measured("more", complete=False)]).complete


@pytest.mark.parametrize(("complete", "status"), [(True, "complete"), (False, "incomplete")])
@pytest.mark.parametrize("junit", ["gates", "off"])
def test_a_run_ends_with_its_reports_and_its_status(conductor, complete, status, junit):
    made = conductor()
    made.begin()
    reviews = made.folder.file("reviews", "m", "sums", "default")
    reviews.parent.mkdir(parents=True)
    reviews.touch()
    made.finish(made.summary([measured()], complete=complete), junit=junit)
    assert (manifest(made)["status"], manifest(made)["started"]) == (status, made.started)
    assert (manifest(made)["options"], manifest(made)["data"]) == ({"seed": "7"}, {"sums/default": "abc"})
    reports = made.folder.path / "reports"
    assert (reports / "index.json").exists()
    assert (reports / "junit.xml").exists() == (junit == "gates")


def test_reports_that_cannot_be_written_are_an_error_with_the_place(conductor):
    made = conductor()
    made.begin()
    reports = made.folder.path / "reports"
    reports.rmdir()
    reports.write_text("in the way", "utf-8")
    with pytest.raises(EvalscopeError, match=r"^reports: cannot be written \(") as failed:
        write_run(made.summary([measured()]), made.folder, options={}, junit="gates")
    assert str(made.folder.path) in failed.value.message
    assert failed.value.hint == "completions are cached: the same run elsewhere requests nothing again"
    assert manifest(made)["status"] == "running", "what has no reports is not complete"


@pytest.mark.parametrize("gone", ["the folder", "records", "manifest"])
def test_what_was_removed_during_a_run_is_an_error_and_no_report_is_made(conductor, gone):
    made = conductor()
    made.begin()
    summary = made.summary([measured()])
    reviews = made.folder.file("reviews", "m", "sums", "default")
    reviews.parent.mkdir(parents=True)
    reviews.touch()
    if gone == "the folder":
        made.close()
        rmtree(made.folder.path)
    else:
        (reviews if gone == "records" else made.folder.path / "configs" / "run.json").unlink()
    with pytest.raises(StorageError, match=r"^run folder: a file of this run is gone \(") as failed:
        made.finish(summary, junit="gates")
    assert failed.value.hint == "completions are in the cache: the same command requests nothing again"
    assert not (made.folder.path / "reports" / "index.json").exists()
