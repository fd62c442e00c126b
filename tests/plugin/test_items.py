"""Items behave as pytest users expect: selection, rerunning, stopping early, collecting."""

import json

import pytest

FOUR = '''
from pytest_evalscope import Benchmark, Sample, benchmark, exact


class Letters:
    """Four subsets of five rows; reading leaves a trace."""

    subsets = ("a", "b", "c", "d")

    def size(self, subset):
        return 5

    def read(self, subset, *, part="eval", source):
        with open("read.log", "a") as log:
            log.write(subset)
        return iter([{"letter": subset, "n": n} for n in range(5)])


LETTERS = Benchmark(
    name="letters",
    task_type="spelling",
    data=Letters(),
    sample=lambda row: Sample(id=f"{row['letter']}{row['n']}", input=f"{row['letter']} {row['n']}", target=row["letter"]),
    score=exact(),
)


@benchmark(LETTERS)
def test_letters(scores):
    assert scores.accuracy >= 0.5


def test_plain():
    pass
'''


@pytest.fixture
def letters(project):
    project.write("test_sums.py", FOUR)
    return project


def test_a_subset_is_an_item(letters):
    result = letters.run(model="fake/fixed:b")
    result.assert_outcomes(passed=2, failed=3)


@pytest.mark.workers
def test_k_and_m_select(letters):
    letters.run("-k", "letters and b]", model="fake/fixed:b").assert_outcomes(passed=1)
    letters.run("-m", "not evalscope").assert_outcomes(passed=1)
    letters.run("-m", 'evalscope(subset="b")', model="fake/fixed:b").assert_outcomes(passed=1)


@pytest.mark.workers
def test_last_failed_reruns_the_gates_that_failed(letters):
    letters.run("-k", "a] or b]", model="fake/fixed:b").assert_outcomes(passed=1, failed=1)
    letters.run("--lf", model="fake/fixed:b").assert_outcomes(failed=1)


def test_collecting_reads_no_data_and_writes_nothing(plain_project):
    plain_project.write("test_sums.py", FOUR)
    result = plain_project.run("--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["test_sums.py::test_letters[[]fake/fixed:4-a[]]", "test_sums.py::test_letters[[]fake/fixed:4-d[]]"]
    )
    assert not (plain_project.path / "read.log").exists()
    assert not (plain_project.path / "outputs").exists()


@pytest.mark.workers
def test_x_stops_at_the_first_red_gate_and_marks_the_run_incomplete(letters):
    result = letters.run("-x", model="fake/fixed:b")
    assert result.ret == (2 if "-n" in letters.mode else 1), "xdist ends an early stop as interrupted"
    assert "1 failed" in result.stdout.str()
    config = json.loads((letters.folder / "configs" / "run.json").read_text(encoding="utf-8"))
    assert config["status"] == "incomplete"
    result.stdout.fnmatch_lines(["*INCOMPLETE*"])


def test_look_ahead_stays_in_the_benchmark_when_a_failure_stops_the_run(plain_project):
    other = (
        FOUR.replace("test_letters", "test_zeta")
        .replace('name="letters"', 'name="zeta"')
        .replace("read.log", "zeta.log")
    )
    plain_project.write("test_a.py", FOUR)
    plain_project.write("test_b.py", other)
    (plain_project.path / "test_sums.py").unlink()
    plain_project.run("-x", model="fake/fixed:b")
    assert (plain_project.path / "read.log").exists()
    assert not (plain_project.path / "zeta.log").exists()


@pytest.mark.workers
def test_an_ended_run_is_complete_and_holds_every_sample_once(letters):
    letters.run(model="fake/fixed:b")
    config = json.loads((letters.folder / "configs" / "run.json").read_text(encoding="utf-8"))
    assert config["status"] == "complete"
    reviews = sorted((letters.folder / "reviews").rglob("*.jsonl"))
    assert len(reviews) == 4
    ids = [json.loads(line)["sample_id"] for path in reviews for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(ids) == [f"{letter}{n}" for letter in "abcd" for n in range(5)]


def test_an_unknown_benchmark_is_a_collection_error_that_names_the_nearest(project):
    project.write(
        "test_sums.py", 'from pytest_evalscope import benchmark\n\n@benchmark("gsm8")\ndef test_it(scores):\n    pass\n'
    )
    result = project.run()
    result.assert_outcomes(errors=1)
    assert "unknown name ('gsm8'); did you mean gsm8k" in result.stdout.str()


def test_two_ways_that_only_extras_tell_apart_need_two_names(plain_project):
    plain_project.write(
        "test_libraries.py",
        'from pytest_evalscope import benchmark\n\n@benchmark("bigcodebench")\ndef test_one(scores):\n    pass\n'
        '\n\n@benchmark("bigcodebench", extra={"split": "complete"})\ndef test_two(scores):\n    pass\n',
    )
    result = plain_project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "run it in two ways under one name" in result.stderr.str()


def test_names_that_differ_by_case_alone_are_refused_where_they_are_one_file(plain_project, sums, monkeypatch):
    plain_project.write(
        "test_sums.py",
        sums
        + "from dataclasses import replace\n"
        + "\n\n@benchmark(SUMS)\ndef test_one(scores):\n    pass\n"
        + "\n\n@benchmark(replace(SUMS, name='SUMS'))\ndef test_two(scores):\n    pass\n",
    )
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("sys.platform", "darwin")
        result = plain_project.run()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*fake/fixed:4/SUMS/default and fake/fixed:4/sums/default would be one file here*"])


def test_one_benchmark_in_two_ways_needs_two_names(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums
        + "\n\n@benchmark(SUMS, limit=2)\ndef test_two(scores):\n    pass\n"
        + "\n\n@benchmark(SUMS, limit=3)\ndef test_three(scores):\n    pass\n",
    )
    result = plain_project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "run it in two ways under one name" in result.stderr.str()
    text = (plain_project.path / "test_sums.py").read_text(encoding="utf-8")
    plain_project.write("test_sums.py", text.replace("limit=3", 'limit=3, name="sums-three"'))
    plain_project.run().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("declared", "owner", "clashing"),
    [
        (["SUMS, limit=2", "OTHER", "SUMS, limit=3"], "one", "three"),
        (["SUMS, limit=2", "SUMS, limit=2", "SUMS, limit=3"], "one", "three"),
        (["OTHER", "SUMS, limit=2", "SUMS, limit=3"], "two", "three"),
        (["SUMS, limit=2", "SUMS, limit=3", "SUMS, limit=2"], "one", "two"),
    ],
    ids=["first and third", "the first two share", "second and third", "first and second"],
)
def test_the_first_two_of_three_items_that_clash_are_named(plain_project, sums, declared, owner, clashing):
    gates = [
        f"\n\n@benchmark({arguments})\ndef test_{name}(scores):\n    pass\n"
        for name, arguments in zip(("one", "two", "three"), declared, strict=True)
    ]
    other = "\nfrom dataclasses import replace\n\nOTHER = replace(SUMS, name='other')\n"
    plain_project.write("test_sums.py", sums + other + "".join(gates))
    result = plain_project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            f"*sums: test_sums.py::test_{owner}[[]*[]] and test_sums.py::test_{clashing}[[]*[]] run it in two ways*",
            'hint: give one of them a name of its own, @benchmark(*, name="gsm8k-zero-shot")',
        ]
    )
    plain_project.write("test_sums.py", sums + other + gates[0] + gates[1].replace("limit=3", "limit=2"))
    plain_project.run().assert_outcomes(passed=2)


def test_one_benchmark_gated_twice_is_asked_once(plain_project, sums):
    plain_project.write(
        "test_sums.py",
        sums
        + "\n\n@benchmark(SUMS)\ndef test_mean(scores):\n    assert scores.accuracy >= 0.1\n"
        + "\n\n@benchmark(SUMS)\ndef test_low(scores):\n    assert scores.accuracy.low >= 0.5\n",
    )
    plain_project.run().assert_outcomes(passed=1, failed=1)
    reviews = list((plain_project.folder / "reviews").rglob("*.jsonl"))
    assert [len(path.read_text(encoding="utf-8").splitlines()) for path in reviews] == [10]


MEDDLE = """
from pathlib import Path

import pytest

from pytest_evalscope import benchmark
from pytest_evalscope.api import evaluate
from pytest_evalscope.errors import UsageError
from test_sums import SUMS


@benchmark(SUMS)
def test_meddle(scores):
    with pytest.raises(UsageError, match="^run folder: another run writes there "):
        evaluate([SUMS], models=["fake/fixed:4"], folder=Path("outputs/latest"))
"""


@pytest.mark.workers
def test_nobody_else_writes_into_the_folder_of_a_run(project):
    project.write("test_meddle.py", MEDDLE)
    project.run("test_meddle.py").assert_outcomes(passed=1)
    assert project.report("index.json")
