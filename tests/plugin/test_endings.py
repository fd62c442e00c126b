"""A run that ends otherwise than planned: by Ctrl-C, or without its reports."""

import fnmatch
import json
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

import pytest

from pytest_evalscope.run import session

CUT = """

import asyncio
import signal
from dataclasses import replace


async def interrupted(sample, context):
    if sample.input == "4 + 4":
        signal.raise_signal(signal.SIGINT)
    if sample.input in ("1 + 1", "2 + 2", "3 + 3"):
        return await context.generate(({"role": "user", "content": sample.input},))
    await asyncio.Event().wait()


@benchmark(replace(SUMS, solve=interrupted))
def test_sums(scores):
    assert scores.accuracy >= 0


@benchmark(replace(SUMS, name="later"))
def test_later(scores):
    assert scores.accuracy >= 0
"""


@pytest.fixture
def waited(monkeypatch):
    """How often the run waited for what was in flight; here that takes no time."""
    calls = []
    finish = session.Run.finish_in_flight

    def counted(run):
        calls.append(run)
        finish(run)

    monkeypatch.setattr(session, "GRACE", 0.0)
    monkeypatch.setattr(session.Run, "finish_in_flight", counted)
    return calls


def test_ctrl_c_ends_the_session_and_keeps_what_was_marked(plain_project, sums, waited, ctrl_c):
    plain_project.write("test_sums.py", sums + CUT)
    options = ("-W", "error", "--eval-cache-dir=cache", "--eval-model=fake/fixed:4", "--eval-concurrency=1")
    result = plain_project.pytester.runpytest_inprocess(*options, no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        [
            "waiting for the completions in flight; another Ctrl-C stops at once",
            "results (INCOMPLETE)*",
            "sums * incomplete *",
            "!* KeyboardInterrupt !*",
        ]
    )
    assert len(waited) == 1
    assert json.loads((plain_project.folder / "configs" / "run.json").read_text("utf-8"))["status"] == "incomplete"
    [report] = (plain_project.folder / "reports").glob("fake_*/*.json")
    counts = json.loads(report.read_text("utf-8"))["subsets"]["default"]
    assert (counts["outcomes"], counts["complete"], counts["message"]) == (
        {"scored": 3},
        False,
        "cut off before the end",
    )
    assert sorted(records(plain_project, "reviews", "sums")) == sorted(records(plain_project, "predictions", "sums"))
    assert len(records(plain_project, "reviews", "sums")) == 3


SPOILT = """

from pathlib import Path
from shutil import move


@benchmark(SUMS, threshold=0.05)
def test_sums(scores, threshold):
    assert scores.accuracy >= threshold
    move("outputs/latest/{0}", "outputs/{0}-before")
    Path("outputs/latest/{0}").write_text("a file in the place of the folder")
"""


@pytest.mark.parametrize(("spoilt", "says"), [("reports", "cannot be written (*"), ("configs", "is gone (*")])
def test_reports_that_cannot_be_written_are_told_and_the_records_are_whole(plain_project, sums, spoilt, says):
    plain_project.write("test_sums.py", sums + SPOILT.format(spoilt))
    result = plain_project.run()
    result.assert_outcomes(passed=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["results of fake/fixed:4*", f"*{says}"])
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    for kind in ("predictions", "reviews"):
        assert len(set(records(plain_project, kind, "sums"))) == 10
    assert (plain_project.folder / spoilt).read_text() == "a file in the place of the folder"


REMOVED = """

import glob
import shutil


@benchmark(SUMS, threshold=0.05)
def test_sums(scores, threshold):
    shutil.rmtree(glob.glob("outputs/*-*")[0]{0})
    assert scores.accuracy >= {1}
"""


@pytest.mark.workers
@pytest.mark.parametrize("part", ["", ' + "/reviews"'], ids=["all of it", "the records"])
def test_a_run_folder_that_was_removed_is_no_pass(project, sums, part):
    project.write("test_sums.py", sums + REMOVED.format(part, "threshold"))
    result = project.run()
    result.assert_outcomes(passed=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(["run folder: a file of this run is gone (*"])
    project.write("test_sums.py", sums + REMOVED.format(part, "0.9"))
    for path in (project.path / "outputs").iterdir():
        path.unlink() if path.is_symlink() else rmtree(path)
    assert project.run().ret == 1, "a failed gate is what it was"


ENDLESS = """

import asyncio
from dataclasses import replace
from pathlib import Path


async def endless(sample, context):
    if sample.input == "10 + 10":
        Path("waits").touch()
        await asyncio.Event().wait()
    return await context.generate(({"role": "user", "content": sample.input},))


@benchmark(replace(SUMS, name="quick"))
def test_quick(scores):
    assert scores.accuracy >= 0


@benchmark(replace(SUMS, solve=endless))
def test_sums(scores):
    assert scores.accuracy >= 0
"""


@pytest.mark.workers
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can handle")
def test_sigterm_keeps_what_was_recorded_and_leaves_no_process(project, sums):
    project.write("test_sums.py", sums + ENDLESS)
    command = [sys.executable, "-m", "pytest", *project.mode, "-p", "no:cacheprovider", "--eval-cache=off"]
    with subprocess.Popen(
        [*command, "--eval-model=fake/fixed:4"], cwd=project.path, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        reviews: list[Path] = []
        while run.poll() is None and not ((project.path / "waits").exists() and sum(map(lines_of, reviews)) == 19):
            reviews = list((project.path / "outputs").glob("*-*/reviews/*/*/*.jsonl"))
        run.send_signal(signal.SIGTERM)
        printed, _ = run.communicate()
    assert run.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert "Terminated" in printed
    assert json.loads((project.folder / "configs" / "run.json").read_text("utf-8"))["status"] == "incomplete"
    assert len(records(project, "reviews", "sums")) == 9
    assert (project.folder / "reports" / "index.json").exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)


@pytest.mark.workers
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can handle")
@pytest.mark.skipif(find_spec("xdist") is None, reason="xdist is not installed")
def test_ctrl_c_before_the_first_result_of_a_worker_names_the_run_folder(plain_project, sums, ctrl_c):
    plain_project.write(
        "test_sums.py", sums + ENDLESS.replace('@benchmark(replace(SUMS, name="quick"))\ndef test', "def no")
    )
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", "--eval-cache=off"]
    with subprocess.Popen(
        [*command, "--eval-model=fake/fixed:4"], cwd=plain_project.path, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        while run.poll() is None and not (plain_project.path / "waits").exists():
            pass
        os.killpg(run.pid, signal.SIGINT)
        printed, _ = run.communicate(timeout=100)
    assert run.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert fnmatch.filter(printed.splitlines(), "* seconds; reports: outputs/*/reports/summary.md"), printed
    assert "INCOMPLETE" in (plain_project.folder / "reports" / "summary.md").read_text("utf-8")


HELD = """

import asyncio
import time
from dataclasses import replace
from pathlib import Path


def hangs():
    Path("waits").touch()
    while True:
        time.sleep(1)  # holds


async def blocks(sample, context):
    if sample.input == "10 + 10":
        hangs()
    return await context.generate(({"role": "user", "content": sample.input},))


async def threads(sample, context):
    await asyncio.to_thread(hangs)


async def ignores(sample, context):
    Path("waits").touch()
    while True:
        try:
            await asyncio.Event().wait()  # holds
        except asyncio.CancelledError:
            pass


def reads(row):
    hangs()


@benchmark(replace(SUMS, name="quick"))
def test_quick(scores):
    assert scores.accuracy >= 0


@benchmark(replace(SUMS, CHANGE))
def test_sums(scores):
    assert scores.accuracy >= 0
"""
HANGING = """
import pytest
from test_sums import SUMS, hangs
from pytest_evalscope import benchmark


@pytest.fixture
def model():
    return lambda messages: hangs()


@benchmark(SUMS, threshold=0.05)
def test_app(scores, threshold):
    assert scores.accuracy >= threshold
"""
NOT_AHEAD = """
import pytest

@pytest.fixture
def alone():
    pass
"""
"""An item with a function-scoped fixture is not requested while another runs."""
IMPATIENT = """
from pytest_evalscope.run import pulse, session
from pytest_evalscope.types import calls

session.BLOCKED = pulse.BLOCKED = 2.0  # a busy machine holds up loops for a second
calls.PATIENCE = session.PATIENCE = 0.2
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process can handle")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            "solve=blocks",
            "event loop: blocked for * s by test_sums.py:{}; call what blocks by asyncio.to_thread",
            marks=pytest.mark.workers,
        ),
        ("solve=ignores", "engine: code at test_sums.py:{} was cancelled, and did not end"),
        ("solve=threads", ""),
        ("sample=reads", ""),
    ],
)
def test_sigterm_ends_whatever_code_of_the_users_hangs(project, sums, change, told):
    text = sums + HELD.replace("CHANGE", change)
    project.write("test_sums.py", text)
    project.write("conftest.py", IMPATIENT)
    command = [sys.executable, "-m", "pytest", *project.mode, "-p", "no:cacheprovider", "--eval-cache=off"]
    with subprocess.Popen(
        [*command, "--eval-model=fake/fixed:4"], cwd=project.path, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        while run.poll() is None and not (project.path / "waits").exists():
            pass
        run.send_signal(signal.SIGTERM)
        printed, _ = run.communicate()
    assert run.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert json.loads((project.folder / "configs" / "run.json").read_text("utf-8"))["status"] == "incomplete"
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)
    if told and not project.mode:  # a worker of xdist prints nothing
        holds = [line.endswith("# holds") for line in text.splitlines()]
        wanted = told.format(holds.index(True) + 1 if "blocks" in change else len(holds) - holds[::-1].index(True))
        assert fnmatch.filter(printed.splitlines(), wanted), printed


def test_code_that_blocks_beyond_the_time_of_a_sample_makes_an_error_of_each_gate(plain_project, sums):
    held = HELD.replace("CHANGE", "solve=blocks").replace("test_sums(scores)", "test_sums(scores, alone)")
    plain_project.write("test_sums.py", sums + held)
    plain_project.write("conftest.py", IMPATIENT + NOT_AHEAD)
    options = ("--eval-sample-timeout=0.4", "--eval-model=fake/fixed:4", "--eval-cache=off")
    result = plain_project.pytester.runpytest_subprocess("-W", "error", *options, timeout=120)
    assert result.ret == 10
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*event loop: blocked for * s by test_sums.py:*; --eval-sample-timeout is 0.4 s, so the run ends here"]
    )
    assert len(records(plain_project, "reviews", "quick")) == 10


def test_threads_that_never_end_do_not_keep_python_from_its_end(plain_project, sums):
    plain_project.write("test_sums.py", sums + HELD.replace("CHANGE", "solve=threads"))
    plain_project.write("test_app.py", HANGING)
    options = ("--eval-sample-timeout=0.4", "--eval-model=fake/fixed:4", "--eval-cache=off")
    result = plain_project.pytester.runpytest_subprocess("-W", "error", *options, timeout=120)
    assert result.ret == 10
    result.assert_outcomes(passed=1, errors=2)


def lines_of(path):
    return len(path.read_text("utf-8").splitlines())


def records(project, kind, benchmark):
    """The ids of the samples of which there is a record of this kind."""
    [path] = (project.folder / kind).glob(f"fake_*/{benchmark}/default.jsonl")
    return [json.loads(line)["sample_id"] for line in path.read_text("utf-8").splitlines()]
