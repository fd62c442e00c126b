"""`--eval-shard`, and gates over the run that the shards make."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_evalscope.api import merge
from pytest_evalscope.errors import UsageError

WORKERS = ("-n", "2") if find_spec("xdist") else ()

ASKED = """

from pathlib import Path


async def solve(sample, context):
    with Path("asked.log").open("a") as log:
        log.write(sample.input + "\\n")
    return await context.generate(({"role": "user", "content": sample.input},))


from dataclasses import replace

SUMS = replace(SUMS, solve=solve)
"""
GATE = """

@benchmark(SUMS, threshold=0.05, weight=2.0)
def test_sums(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark(replace(SUMS, name="strict"))
def test_strict(scores):
    assert scores.accuracy >= 0.5
"""


@pytest.fixture
def logged(plain_project, sums):
    plain_project.write("test_sums.py", sums + ASKED + GATE)
    return plain_project


def asked(project) -> list[str]:
    path = project.path / "asked.log"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return sorted(lines)


def test_shards_are_recorded_joined_and_gated(logged):
    questions = sorted(f"{n} + {n}" for n in range(1, 11)) * 2
    folders, seen = [], []
    for index, workers in ((1, ()), (2, WORKERS)):
        result = logged.run(f"--eval-shard={index}/2", "--eval-fail-under=0.05", "-rs", *workers)
        assert result.ret == 0
        result.assert_outcomes(skipped=3)
        result.stdout.fnmatch_lines([f"*shard {index}/2: * of 10 samples recorded; its gate needs all shards*"])
        result.stdout.fnmatch_lines([f"results of shard {index}/2*", f"remark: shard {index}/2: *no result*"])
        folder = Path(logged.folder).resolve()
        assert json.loads((folder / "configs" / "run.json").read_text("utf-8"))["options"]["shard"] == f"{index}/2"
        folders.append(folder)
        seen += asked(logged)
    assert sorted(seen) == sorted(questions), "every sample was asked by one shard"

    merged = merge(folders, logged.path / "joined")
    assert [(one.benchmark, one.planned, one.metrics["accuracy"].value, one.weight) for one in merged.results] == [
        ("strict", 10, 0.1, 1.0),
        ("sums", 10, 0.1, 2.0),
    ]
    result = logged.run("--eval-run-dir=joined", "--eval-fail-under=0.05")
    result.assert_outcomes(passed=2, failed=1)
    assert asked(logged) == []


@pytest.mark.workers
@pytest.mark.parametrize("typed", [True, False], ids=["option", "variable"])
def test_the_latest_run_is_the_one_before_this(project, sums, typed, monkeypatch):
    project.write("test_sums.py", sums + ASKED + GATE)
    project.run().assert_outcomes(passed=1, failed=1)
    first = project.folder.resolve()
    assert asked(project)
    if not typed:
        monkeypatch.setenv("EVALSCOPE_RUN_DIR", "outputs/latest")
    project.run(*(["--eval-run-dir=outputs/latest"] if typed else [])).assert_outcomes(passed=1, failed=1)
    assert asked(project) == []
    assert project.folder.resolve() != first
    options = json.loads((project.folder / "configs" / "run.json").read_text("utf-8"))["options"]
    assert options["run-dir"] == str(first)


def test_gates_over_a_shard_or_over_other_replies_are_errors(plain_project):
    plain_project.run("--eval-shard=1/2")
    folder = str(Path(plain_project.folder).resolve())
    result = plain_project.run(f"--eval-run-dir={folder}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sums/default: the run folder contains shard 1/2 alone*", "*pytest-evalscope merge*"])

    plain_project.run("--eval-limit=5").assert_outcomes(passed=1)
    folder = str(Path(plain_project.folder).resolve())
    plain_project.run(f"--eval-run-dir={folder}", "--eval-limit=5").assert_outcomes(passed=1)
    result = plain_project.run(f"--eval-run-dir={folder}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*5 of 10 samples have no score (5 model_error)*it contains no completion of this sample*"]
    )
    result = plain_project.run(f"--eval-run-dir={folder}", model="fake/fixed:5")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*of fake/fixed:5: the run folder contains no completions*"])


def test_a_shard_whose_errors_lose_the_gate_says_so(plain_project):
    result = plain_project.run("--eval-shard=1/2", model="fake/error")
    assert result.ret == 10
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*of the shard's * samples have no score, more than the allowed 0 % of all 10*"])


def test_what_is_typed_wrong_is_told(plain_project):
    for option, said in (
        ("--eval-shard=9/8", "*--eval-shard: not a shard ('9/8'); accepted: I/N with I from 1 to N*"),
        (
            "--eval-run-dir=nowhere",
            "*--eval-run-dir: not a run folder (*nowhere); accepted: one with configs/run.json*",
        ),
    ):
        result = plain_project.run(option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([said])


def test_an_index_waits_for_its_shards_and_equals_the_whole(plain_project):
    schema = {
        "name": "mine",
        "datasets": [{"name": "smoke_facts", "weight": 3}, {"name": "smoke_arithmetic", "weight": 1}],
    }
    plain_project.write("mine.json", json.dumps(schema))
    (plain_project.path / "test_sums.py").unlink()
    folders = []
    for index in (1, 2):
        plain_project.run("--eval-index=mine.json", f"--eval-shard={index}/2", "-rs").assert_outcomes(skipped=1)
        assert plain_project.report("index.json")["headline"] is None
        folders.append(Path(plain_project.folder).resolve())
    joined = merge(folders, plain_project.path / "joined")
    plain_project.run("--eval-index=mine.json").assert_outcomes(passed=1)
    whole = plain_project.report("index.json")
    assert json.loads((joined.folder / "reports" / "index.json").read_text("utf-8")) == whole
    plain_project.run("--eval-index=mine.json", "--eval-run-dir=joined").assert_outcomes(passed=1)
    assert plain_project.report("index.json") == whole


JUDGED = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, judge


@benchmark(
    Benchmark(
        name="judged",
        data=Rows([{"q": "1 + 1"}, {"q": "2 + 2"}]),
        sample=lambda row: Sample(input=row["q"]),
        score=judge(),
    )
)
def test_judged(scores):
    assert scores.is_correct >= 0.5
"""


def test_what_judges_marked_is_gated_without_them(plain_project):
    plain_project.write("test_sums.py", JUDGED)
    right = 'fake/fixed:{"verdict": "CORRECT", "reason": "so"}'
    plain_project.run(f"--eval-judge={right}").assert_outcomes(passed=1)
    recorded = Path(plain_project.folder).resolve()
    plain_project.run(f"--eval-run-dir={recorded}").assert_outcomes(passed=1)
    wrong = right.replace('"CORRECT', '"INCORRECT')
    plain_project.run(f"--eval-run-dir={recorded}", f"--eval-judge={wrong}").assert_outcomes(failed=1)


def test_shuffled_shards_are_parts_of_one_order(logged):
    # 2 + 2, which the model knows, is not among the first six of this order.
    logged.run("--eval-shuffle=7", "--eval-limit=6").assert_outcomes(failed=2)
    whole = asked(logged)
    assert whole != sorted(f"{n} + {n}" for n in range(1, 7)) * 2
    folder = Path(logged.folder).resolve()
    assert json.loads((folder / "configs" / "run.json").read_text("utf-8"))["options"]["shuffle"] == "7"

    folders, seen = [], []
    for index, workers in ((1, ()), (2, WORKERS)):
        logged.run(f"--eval-shard={index}/2", "--eval-shuffle=7", "--eval-limit=6", "--eval-cache=off", *workers)
        folders.append(Path(logged.folder).resolve())
        seen += asked(logged)
    assert sorted(seen) == whole
    assert {result.planned for result in merge(folders, logged.path / "joined").results} == {6}

    logged.run("--eval-shard=2/2", "--eval-shuffle=8", "--eval-limit=6")
    with pytest.raises(UsageError, match=r"not the same (data|--eval-shuffle) "):
        merge([folders[0], Path(logged.folder).resolve()], logged.path / "other")
