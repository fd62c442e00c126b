"""The sandbox of the command line: for benchmarks that run code, and behind a fixture."""

import sys

import pytest

from pytest_evalscope.sandbox import available, problem_here

EVAL = """
from pytest_evalscope import Benchmark, Rows, Sample, benchmark, code

CODED = Benchmark(
    name="coded",
    data=Rows([{"q": "x = 1"}]),
    sample=lambda row: Sample(input=row["q"], metadata={"test": "assert x == 1"}),
    score=code(packages=PACKAGES),
    needs=("sandbox",),
)


@benchmark(CODED)
def test_coded(scores):
    assert scores.accuracy == 1
"""


@pytest.mark.skipif(problem_here("unsafe") is not None, reason="the system has no sandbox to run it in")
def test_the_fixture_runs_code(project):
    project.write(
        "test_sums.py",
        "from pytest_evalscope import Limits\n\n\ndef test_it(sandbox):\n"
        "    assert sandbox('print(input() * 2)', stdin='ab\\n').stdout == 'abab\\n'\n"
        "    assert sandbox('while True: pass', limits=Limits(seconds=0.2)).ended == 'timeout'\n"
        "    execution = sandbox.run('cat', 'a/b.txt', files={'a/b.txt': 'text'})\n"
        "    assert (execution.ok, execution.stdout) == (True, 'text')\n"
        "    assert (sandbox.name, repr(sandbox)) == ('unsafe', '<sandbox unsafe>')\n",
    )
    project.run("--eval-sandbox=unsafe").assert_outcomes(passed=1)


def test_the_fixture_without_a_sandbox_is_told(plain_project):
    plain_project.write("test_sums.py", "def test_it(sandbox):\n    pass\n")
    result = plain_project.run("--eval-sandbox=off")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sandbox: code of the model may not run (off)*", "hint: pass --eval-sandbox=local"])


def test_a_sandbox_fixture_of_ones_own_is_ones_own(plain_project):
    plain_project.write("conftest.py", "import pytest\n\n\n@pytest.fixture\ndef sandbox():\n    return 'mine'\n")
    plain_project.write("test_sums.py", "def test_it(sandbox):\n    assert sandbox == 'mine'\n")
    plain_project.run().assert_outcomes(passed=1)
    assert not plain_project.folder.exists()


def test_without_a_sandbox_a_gate_errors_and_nothing_is_asked(plain_project):
    plain_project.write("test_sums.py", EVAL.replace("PACKAGES", "()"))
    result = plain_project.run("--eval-sandbox=off", model="fake/error")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*sandbox: code of the model may not run (off)*"])


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
def test_without_bubblewrap_a_gate_errors_before_the_first_request(plain_project, monkeypatch, tmp_path):
    plain_project.write("test_sums.py", EVAL.replace("PACKAGES", "()"))
    plain_project.write(
        "answering.py",
        "from pathlib import Path\n\n\ndef reply(messages):\n    Path('asked').touch()\n    return 'x = 1'\n",
    )
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("PATH", str(tmp_path / "nowhere"))
        result = plain_project.run(model="python/answering:reply")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "sandbox local: the program bwrap is not installed",
            "hint: install bubblewrap 0.7 or newer (sudo apt install bubblewrap), or use Docker (--eval-sandbox=docker); *",
        ]
    )
    assert not (plain_project.path / "asked").exists()
    if available() is None:  # it is asked once there is a sandbox: the test above would pass if it never were
        plain_project.run(model="python/answering:reply").assert_outcomes(passed=1)
        assert (plain_project.path / "asked").exists()


@pytest.mark.skipif(problem_here("unsafe") is not None, reason="the system has no sandbox to run it in")
def test_a_gate_errors_for_a_package_that_the_sandbox_lacks(plain_project):
    plain_project.write("test_sums.py", EVAL.replace("PACKAGES", "('no_such_package',)"))
    result = plain_project.run("--eval-sandbox=unsafe", model="fake/error")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*are missing (no_such_package)*", "hint: install them where pytest runs*"])


def test_a_sandbox_that_there_is_not_is_told(plain_project):
    result = plain_project.run("--eval-sandbox=dokcer")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--eval-sandbox: unknown name ('dokcer'); did you mean docker?*"])


def test_an_enclave_without_an_address_is_told(plain_project):
    result = plain_project.run("--eval-sandbox=enclave")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*--eval-sandbox: enclave names no server ('enclave'); accepted: enclave:http://HOST:PORT*"]
    )
