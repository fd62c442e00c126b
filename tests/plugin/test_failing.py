"""A gate that does not hold shows the samples behind it, wherever its failure is shown."""

import xml.etree.ElementTree as ET

import pytest

FAILS = "\n\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.accuracy >= 0.25\n"
HELD = "\n\n@benchmark(SUMS, threshold=0.25)\ndef test_sums(scores):\n    pass\n"
SECTION = ["*worst samples*", "sample * of sums: wrong answer, accuracy 0", "  prompt       * + *", "  completion   4"]
POINTER = "more: pytest-evalscope show outputs*--failed --benchmark sums"

BROKEN = """
from dataclasses import replace


def odd(sample, completion):
    return {"one": True}[sample.target]


@benchmark(replace(SUMS, score=odd, metrics={}, name="odd"))
def test_odd(scores):
    raise AssertionError("it is not reached")
"""


def junit(project, name="junit.xml"):
    return ET.parse(project.path / name)


@pytest.mark.workers
@pytest.mark.parametrize("test", [FAILS, HELD], ids=["asserted", "held"])
def test_the_worst_samples_are_under_the_failure(project, sums, test):
    project.write("test_sums.py", sums + test)
    result = project.run("-q", "--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [*SECTION, "  target       *", "  record       reviews/*/sums/default.jsonl:*", POINTER]
    )
    failure = junit(project).find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "of sums: wrong answer" in failure.text
    assert "sample" not in failure.attrib["message"]
    own = ET.parse(project.folder / "reports" / "junit.xml").find(".//failure")
    assert own is not None
    assert own.text is not None
    assert own.text.count("of sums: wrong answer") == 3
    assert own.text.splitlines()[-1].startswith("test_sums.py:"), "the place stays where annotations look for it"
    page = (project.folder / "reports" / "summary.md").read_text("utf-8")
    assert page.count("of sums: wrong answer") == 3
    assert "### worst samples of sums, fake/fixed:4" in page


@pytest.mark.workers
def test_samples_without_a_score_are_under_a_gate_that_was_not_computed(project, sums):
    project.write("test_sums.py", sums + BROKEN)
    result = project.run("--junitxml=junit.xml")
    result.assert_outcomes(errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(
        [
            "*samples without a score*",
            "sample * of odd: scorer error",
            "  error        KeyError: '*' at test_sums.py:17",
            "  prompt       * + *",
            "more: pytest-evalscope show outputs*--failed --benchmark odd",
        ]
    )
    error = junit(project).find(".//error")
    assert error is not None
    assert error.text is not None
    assert "at test_sums.py:17" in error.text


@pytest.mark.parametrize("style", ["no", "line"])
def test_without_a_traceback_there_is_none_of_it(plain_project, sums, style):
    plain_project.write("test_sums.py", sums + FAILS)
    result = plain_project.run(f"--tb={style}")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*wrong answer*")


@pytest.mark.parametrize("style", ["short", "native", "long"])
def test_with_any_other_traceback_it_is_there(plain_project, sums, style):
    plain_project.write("test_sums.py", sums + FAILS)
    plain_project.run(f"--tb={style}").stdout.fnmatch_lines([*SECTION, POINTER])


def test_a_gate_that_holds_and_one_that_is_expected_to_fail_show_nothing(plain_project, sums):
    xfail = "\nimport pytest\n" + FAILS.replace("def test_sums", "@pytest.mark.xfail\ndef test_sums")
    plain_project.write("test_xfail.py", sums.replace('"sums"', '"other"') + xfail)
    result = plain_project.run("-rA")
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.no_fnmatch_line("*sample *: wrong answer*")
    assert "wrong answer" not in (plain_project.folder / "reports" / "summary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("mark", "body"),
    [("", "scores.accuracy + {}"), ("@pytest.mark.xfail(strict=True)\n", "assert scores.accuracy >= 0")],
    ids=["a mistake in the test", "a strict xfail that passes"],
)
def test_a_failure_that_is_no_gate_shows_nothing(plain_project, sums, mark, body):
    plain_project.write(
        "test_sums.py", f"import pytest\n{sums}\n\n@benchmark(SUMS)\n{mark}def test_sums(scores):\n    {body}\n"
    )
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*worst samples*")


def test_of_a_metric_that_should_be_low_the_highest_values_are_shown(plain_project, sums):
    far = """
from dataclasses import replace

from pytest_evalscope import Score, mean


FAR = {"other": mean("other"), "distance": mean("distance")}


def far(sample, completion):
    return Score(values={"distance": abs(int(sample.target) - 4), "other": 1}, answer=completion.text)


@benchmark(replace(SUMS, score=far, metrics=FAR, primary_metric="other", name="far"))
def test_far(scores):
    assert scores.distance <= 1
"""
    plain_project.write("test_sums.py", sums + far)
    result = plain_project.run()
    result.stdout.fnmatch_lines(["sample * of far: *distance 16*", "sample * of far: *distance 14*"])


def test_a_folder_that_is_damaged_while_the_test_runs_is_told_in_a_line(plain_project, sums):
    damage = """
from pathlib import Path


@benchmark(SUMS)
def test_sums(scores):
    for path in Path("outputs").rglob("reviews/*/sums/*.jsonl"):
        path.write_text("broken\\n", encoding="utf-8")
    assert scores.accuracy >= 0.25
"""
    plain_project.write("test_sums.py", sums + damage)
    result = plain_project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the samples cannot be shown: *default.jsonl:1: not a record*"])
    assert "The samples cannot be shown" in (plain_project.folder / "reports" / "summary.md").read_text("utf-8")


def test_no_text_of_a_model_does_harm_there(plain_project, sums):
    plain_project.write("test_sums.py", sums + FAILS)
    plain_project.write(
        "app.py", 'def answer(messages):\n    return "\\x1b[2J\\x1b]0;owned\\x07\\n::error::no\\n##[error]no"\n'
    )
    plain_project.pytester.syspathinsert()
    result = plain_project.run("--model=python/app:answer")
    result.stdout.fnmatch_lines(["*worst samples*", "  completion   *"])
    said = result.stdout.str() + (plain_project.folder / "reports" / "summary.md").read_text("utf-8")
    assert "\x1b[2J" not in said
    assert "owned" not in said
    assert "##[error]" not in said
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())


def test_the_step_summary_has_them_last(plain_project, sums, monkeypatch):
    path = plain_project.path / "step.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    plain_project.write("test_sums.py", sums + FAILS)
    plain_project.run()
    headings = [line for line in path.read_text("utf-8").splitlines() if line.startswith("###")]
    assert headings[-1] == "### worst samples of sums, fake/fixed:4"


@pytest.mark.workers
def test_the_gate_on_the_index_says_how_to_see_them(project, sums):
    project.write("test_sums.py", sums + FAILS)
    result = project.run("--eval-fail-under=0.9")
    result.stdout.fnmatch_lines(
        ["--eval-fail-under=0.9: *", "its samples: pytest-evalscope show outputs*--failed", "FAILED *fail_under* - *"]
    )


def test_of_several_models_the_command_names_the_one_that_the_gate_is_about(plain_project):
    result = plain_project.run("--eval-fail-under=0.9", "--model=fake/fixed:4", "--model=fake/blank")
    for model in ("fake/fixed:4", "fake/blank"):
        result.stdout.fnmatch_lines_random([f"its samples: pytest-evalscope show outputs*--failed --model {model}"])


def test_an_index_shows_the_worst_of_its_leaves(plain_project):
    plain_project.write(
        "test_index.py",
        """
from pytest_evalscope import CollectionSchema, DatasetInfo, index

SMOKE = CollectionSchema(
    name="smoke",
    datasets=[
        DatasetInfo(name="smoke_arithmetic", weight=1, task_type="math", tags=["en"]),
        DatasetInfo(name="smoke_facts", weight=1, task_type="facts", tags=["en"]),
    ],
)


@index(SMOKE, count=12)
def test_smoke(report):
    assert report.weighted_avg >= 0.9
""",
    )
    result = plain_project.run()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["*worst samples*", "sample * of smoke.smoke_*", "sample * of smoke.smoke_*", "more: *--failed"]
    )
