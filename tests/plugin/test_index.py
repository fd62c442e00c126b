"""The weighted index in pytest: declared by a test, named on the command line, or made of whatever ran; and its gate."""

import json
import xml.etree.ElementTree as ET

import pytest

TWO = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, number


def sums(name, count, **card):
    return Benchmark(
        name=name,
        data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, count + 1)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
        **card,
    )


FEW = sums("few", 2, task_type="short", tags=("tiny",))
MANY = sums("many", 8, task_type="long")
"""

MARKS = (
    TWO
    + """

@benchmark(FEW, weight=3)
def test_few(scores):
    assert scores.primary.n


@benchmark(MANY, weight=1)
def test_many(scores):
    assert scores.primary.n
"""
)

DECLARED = (
    TWO
    + """
from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.plugin.declare import index

SCHEMA = CollectionSchema(
    name="mine",
    datasets=[
        DatasetInfo(name="few", weight=3, task_type="short"),
        CollectionSchema(name="group", datasets=[DatasetInfo(name="many", weight=1, task_type="long", tags=["big"])]),
    ],
)


@index(SCHEMA, benchmarks=[FEW, MANY])
def test_index(report):
    assert report.micro_avg == 0.2
    assert report.weighted_avg == 0.75 * 0.5 + 0.25 * 0.125
    assert report.task["short"].micro_avg == 0.5
    assert report.tag["big"].weighted_avg == 0.125
    assert report.category["mine/group"].count == 8
    assert report.weighted_avg >= 0.9
"""
)
# The model always says 4: right for 2 + 2 alone, so few scores 1 of 2 and many 1 of 8.


def test_the_weights_on_the_tests_make_the_index_of_what_ran(project):
    project.write("test_sums.py", MARKS)
    result = project.run()
    result.assert_outcomes(passed=2)
    headline = project.report("index.json")["headline"]
    assert headline["weighted_avg"] == pytest.approx(0.75 * 0.5 + 0.25 * 0.125)


@pytest.mark.workers
def test_a_declared_index_is_a_test_with_five_levels(project):
    project.write("test_sums.py", DECLARED)
    result = project.run("--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*weighted_avg 0.406 ± * is below 0.9*"])
    index = project.report("index.json")
    assert index["name"] == "mine"
    assert index["headline"]["weighted_avg"] == pytest.approx(0.40625)
    assert set(index["levels"]) == {"subset", "dataset", "task", "tag", "category"}
    own = ET.parse(project.folder / "reports" / "junit.xml").find("testsuite")
    assert own is not None
    assert own.get("failures") == "1"
    assert {(case.get("classname"), case.get("file")) for case in own.iter("testcase")} == {
        ("test_sums", "test_sums.py")
    }
    failed = own.find("testcase[@name='index mine/default/fake/fixed:4']/failure")
    assert failed is not None
    assert "is below 0.9" in str(failed.get("message"))


@pytest.mark.workers
def test_an_index_beside_its_benchmarks_runs_where_they_run_so_that_each_sample_is_requested_once(project):
    noted = "    open(os.environ.get('PYTEST_XDIST_WORKER', 'one') + '.worker', 'w').close()\n"
    index = DECLARED.replace("    assert report.weighted_avg >= 0.9\n", noted)
    tests = MARKS.removeprefix(TWO).replace("    assert scores.primary.n\n", noted)
    project.write("test_sums.py", f"import os\n{index}{tests}")
    project.run().assert_outcomes(passed=3)
    assert len(list(project.path.glob("*.worker"))) == 1


def test_eval_index_needs_no_test_file(project):
    (project.path / "test_sums.py").unlink()
    rows = [{"id": str(n), "question": f"{n} + {n}", "A": "3", "B": "4", "answer": "B"} for n in range(6)]
    data = project.path / "data"
    data.mkdir()
    (data / "quiz_val.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    leaf = {"name": "general_mcq", "weight": 1, "args": {"local_path": str(data), "subset_list": ["quiz"]}}
    project.write("mine.json", json.dumps({"name": "mine", "datasets": [leaf]}))
    result = project.run("--eval-index=mine.json", model="fake/letter:B")
    result.assert_outcomes(passed=1)
    assert project.report("index.json")["headline"]["weighted_avg"] == 1.0


def test_eval_index_names_a_file_that_is_not_there(plain_project):
    result = plain_project.run("--eval-index=nowhere.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--eval-index: file not found (nowhere.json)" in result.stderr.str()


def test_a_missing_benchmark_is_an_error_that_names_it(project):
    project.write(
        "test_sums.py",
        DECLARED.replace('DatasetInfo(name="few", weight=3', 'DatasetInfo(name="fewer_than_few", weight=3'),
    )
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fewer_than_few*"])


@pytest.mark.workers
@pytest.mark.parametrize(("least", "outcome"), [("0.4", {"passed": 3}), ("0.41", {"passed": 2, "failed": 1})])
def test_fail_under_is_a_named_test_result(project, least, outcome):
    project.write("test_sums.py", MARKS)
    result = project.run(f"--eval-fail-under={least}", "--junitxml=junit.xml")
    result.assert_outcomes(**outcome)
    assert result.ret == ("failed" in outcome)
    cases = ET.parse(project.path / "junit.xml").findall(".//testcase")
    gate = next(case for case in cases if "fail_under" in (case.get("name") or ""))
    properties = {item.get("name"): item.get("value") for item in gate.findall("properties/property")}
    assert properties["evalscope.weighted_avg.value"] == "0.40625"
    assert (gate.find("failure") is not None) == ("failed" in outcome)
    if "failed" in outcome:
        result.stdout.fnmatch_lines(["FAILED evalscope::fail_under*"])


def test_fail_under_also_gates_a_declared_index(project):
    project.write("test_sums.py", DECLARED.replace("report.weighted_avg >= 0.9", "True"))
    project.run("--eval-fail-under=0.4").assert_outcomes(passed=2)
    project.run("--eval-fail-under=0.5").assert_outcomes(passed=1, failed=1)


def test_fail_under_fails_closed_when_an_eval_was_deselected(project):
    project.write("test_sums.py", MARKS)
    result = project.run("--eval-fail-under=0.1", "-k", "few")
    result.assert_outcomes(passed=1, errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["*the index was not computed: many/default of fake/fixed:4 was deselected*"])


def test_fail_under_fails_closed_when_samples_are_lost(project):
    project.write(
        "test_sums.py",
        MARKS.replace(
            "@benchmark(FEW, weight=3)",
            "async def broken(sample, context):\n    raise RuntimeError('down')\n\n\n"
            "from dataclasses import replace\n\n\n@benchmark(replace(FEW, solve=broken), weight=3)",
        ),
    )
    result = project.run("--eval-fail-under=0.0")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*the index was not computed: 2 of 10 samples have no score*"])


LEFT_OUT = [("-k", "nothing"), ("-m", "nothing"), ("--deselect=test_sums.py",), ("empty",), ("test_ordinary.py",)]


@pytest.mark.workers
@pytest.mark.parametrize("args", LEFT_OUT, ids=" ".join)
def test_fail_under_without_any_eval_is_a_gate_that_was_not_computed(project, args):
    project.write("test_sums.py", MARKS)
    project.write("test_ordinary.py", "def test_nothing():\n    pass\n")
    project.write("empty/a.txt", "")
    where = () if args[0] in ("empty", "test_ordinary.py") else ("test_sums.py",)
    result = project.run("--eval-fail-under=0.1", "-o", "markers=nothing", *where, *args)
    result.assert_outcomes(passed=args == ("test_ordinary.py",), errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(
        ["*--eval-fail-under=0.1: the index was not computed: no eval was measured, so there is no index*"]
    )


@pytest.mark.workers
def test_fail_under_of_the_ini_file_keeps_no_ordinary_test_from_passing(project):
    project.write("pytest.ini", "[pytest]\nevalscope_fail_under = 0.9\nevalscope_model = fake/fixed:4\n")
    project.write("test_sums.py", MARKS)
    project.write("test_ordinary.py", "def test_nothing():\n    pass\n")
    assert project.run("test_ordinary.py").ret == 0
    assert project.run("-k", "nothing").ret == 0
    assert project.run("test_sums.py", "-k", "nothing").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result = project.run()
    result.assert_outcomes(passed=3, failed=1)
    assert result.ret == 1


def test_last_failed_does_not_look_for_the_gate(plain_project):
    plain_project.write("test_sums.py", MARKS)
    plain_project.run("--eval-fail-under=0.9").assert_outcomes(passed=2, failed=1)
    result = plain_project.run("--lf", "--co", "-q")
    assert "2 tests collected" in result.stdout.str()


TWICE = """
from pytest_evalscope import index

@index("team.json", count=6)
def test_team(report):
    assert report.weighted_avg.n == 6

@index("team.json", count=3)
def test_fewer(report):
    assert report.weighted_avg.n == 3

@index("team.json", count=6)
def test_again(report):
    assert report.weighted_avg.n == 6
"""


@pytest.mark.workers
def test_two_indexes_of_one_name_have_the_same_samples_or_are_refused(project):
    project.write("team.json", '{"name": "team", "datasets": [{"name": "smoke_arithmetic"}, {"name": "smoke_facts"}]}')
    project.write("test_team.py", TWICE)
    result = project.run()
    assert result.ret == 10
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["team.smoke_arithmetic/default: two tests run it in two ways under one name (*"])
