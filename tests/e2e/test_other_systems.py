"""The package without what Windows lacks: it is imported and evaluates, and what cannot be is refused by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("like_windows.py")
ROOT = SCRIPT.parent.parent.parent

EVALS = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, exact

ECHOED = Benchmark(
    name="nul",
    data=Rows([{"q": "a"}, {"q": "b"}]),
    sample=lambda row: Sample(input=row["q"], target=row["q"]),
    score=exact(),
)


@benchmark(ECHOED, threshold=0.9)
def test_echoed(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark("humaneval")
def test_code(scores):
    assert scores.accuracy == 1
"""


@pytest.fixture
def windows(tmp_path):
    """Runs the script in an empty folder; what it printed."""

    def run(*args, code=0):
        done = subprocess.run(
            [sys.executable, "-W", "error", str(SCRIPT), *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"},
            capture_output=True,
            encoding="cp1252",
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def test_every_module_can_be_imported_on_windows(windows):
    assert int(windows("imports")) > 300


def test_windows_evaluates_and_the_link_to_the_latest_run_moves_on(windows):
    assert windows("run").split() == ["1.0", "1.0", "True"]


def test_pytest_on_windows_passes_and_refuses_the_sandbox_that_there_is_not(windows, tmp_path):
    (tmp_path / "test_evals.py").write_text(EVALS, encoding="utf-8")
    said = windows("pytest", "--model=fake/echo", "--eval-cache-dir=cache", "-p", "no:xdist", "test_evals.py", code=10)
    assert "1 passed, 1 error" in said
    assert "sandbox local: needs Linux (this is Windows)\nhint: use Docker (--eval-sandbox=docker)" in said
    assert "Error: " not in said
