"""Progress: what a person sees while samples are asked."""

import pytest

from pytest_evalscope.plugin import progress
from pytest_evalscope.run.progress import Line

SLOW = """
import asyncio

from pytest_evalscope import Benchmark, Completion, Rows, Sample, benchmark, number


async def slow(sample, context):
    await asyncio.sleep(0.02)
    return Completion(text="4")


SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(1, 41)]),
    sample=lambda row: Sample(input=row["q"], target=row["a"]),
    solve=slow,
    score=number(),
)


@benchmark(SUMS)
def test_sums(scores):
    assert scores.planned == 40
"""


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setattr(progress, "BEAT_EVERY", 0.0)
    monkeypatch.setattr(progress, "LINE_EVERY", 0.0)


def test_a_heartbeat_where_there_is_no_terminal(plain_project, impatient):
    plain_project.write("test_sums.py", SLOW)
    result = plain_project.run("--eval-concurrency=1")
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines([r"sums  fake/fixed:4  \d+/40  accuracy [01]\.\d{3}  [\d.]+/s  \d+ s left  0 errors$"])


def test_one_line_that_is_rewritten_on_a_terminal(plain_project, impatient, monkeypatch):
    monkeypatch.setattr(progress, "progress_for", lambda config, run, folder: progress.TerminalLine(config, run))
    import pytest_evalscope.plugin.session as session

    monkeypatch.setattr(session, "progress_for", progress.progress_for)
    plain_project.write("test_sums.py", SLOW)
    result = plain_project.run("--eval-concurrency=1")
    result.assert_outcomes(passed=1)
    assert "\rsums  fake/fixed:4  " in result.stdout.str().replace("\n", "\r")


def test_nothing_under_quiet_quiet(plain_project, impatient):
    plain_project.write("test_sums.py", SLOW)
    result = plain_project.run("--eval-concurrency=1", "-qq")
    assert "errors" not in result.stdout.str()


def test_a_line_says_count_mean_rate_and_errors():
    line = Line(benchmark="gsm8k", model="m", done=50, planned=200, mean=0.5, metric="accuracy", errors=1, seconds=10.0)
    assert str(line) == "gsm8k  m  50/200  accuracy 0.500  5.0/s  30 s left  1 error"
    unknown = Line(
        benchmark="mine", model="m", done=5, planned=None, mean=None, metric="accuracy", errors=0, seconds=0.0
    )
    assert str(unknown) == "mine  m  5/?  0 errors"
