"""Exceptions in code of the user's: named by file and line where the user looks, and no other eval suffers."""

import pytest

APPLICATION = """
import asyncio
import pytest
from pytest_evalscope import Benchmark, Rows, Sample, benchmark
from sums import SUMS

HIT = Benchmark(
    name="hit",
    data=Rows([{"q": str(n)} for n in range(4)]),
    sample=lambda row: Sample(input=row["q"]),
    score=lambda sample, completion: 1.0,
)


@pytest.fixture
def model():
    async def application(messages):
        if messages[-1]["content"] == "2":
            raise KIND
        return "4"

    return application


@benchmark(HIT, threshold=0.1)
def test_hit(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark(SUMS, threshold=0.05)
def test_sums(scores, threshold):
    assert scores.accuracy >= threshold
"""
SUMS = """
from pytest_evalscope import Benchmark, Rows, Sample, number

SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, 11)]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    score=number(),
)
"""


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("asyncio.CancelledError", marks=pytest.mark.workers),
        pytest.param("KeyboardInterrupt", marks=pytest.mark.workers),
        "SystemExit(3)",
        "KeyError('b')",
    ],
)
def test_it_ends_its_own_sample_and_is_named_by_file_and_line(project, kind):
    project.write("sums.py", SUMS)
    project.write("test_apps.py", APPLICATION.replace("KIND", kind))
    result = project.run("--eval-sample-timeout=60")
    result.assert_outcomes(passed=2, errors=1)
    name = kind.partition("(")[0].removeprefix("asyncio.")
    result.stdout.fnmatch_lines([f"*the function raised {name}*at test_apps.py:19*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert f"raised {name}" in (project.folder / "reports" / "summary.md").read_text("utf-8").replace("\\", "")


@pytest.mark.parametrize(
    "place", [pytest.param("application", marks=pytest.mark.workers), "scorer", "sample", "metric"]
)
def test_with_vv_the_traceback_is_shown(project, place):
    project.write("sums.py", SUMS)
    made = APPLICATION.replace("raise KIND", "return lost()" if place == "application" else "pass")
    made = made.replace("import asyncio\n", "import asyncio\n\n\ndef lost(*given):\n    return {}['b']\n\n\n")
    if place == "scorer":
        made = made.replace("score=lambda sample, completion: 1.0", "score=lambda sample, completion: lost()")
    if place == "sample":
        made = made.replace('sample=lambda row: Sample(input=row["q"])', "sample=lambda row: lost()")
    if place == "metric":
        made = made.replace("completion: 1.0,", 'completion: 1.0,\n    metrics={"accuracy": lost},')
    project.write("test_apps.py", made)
    result = project.run()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.fnmatch_lines(["*KeyError: 'b' at test_apps.py:6*"])
    result = project.run("-vv")
    result.stdout.fnmatch_lines(
        ["Traceback (most recent call last):", "*test_apps.py*, line 6, in lost", "KeyError: 'b'"]
    )
