"""`--eval-cache=replay`: a suite from recorded replies, without a model to ask."""

import pytest

MODEL = "--eval-model=python/recorder:RECORDER"
MODULE = r"""
from pytest_evalscope import Completion
from pytest_evalscope.types import Chat


class Recorder:
    name, identity = "recorder", {"recorder": 1}
    can = frozenset({Chat})

    async def send(self, request):
        with open("asked.txt", "a") as file:
            file.write(request.messages[-1]["content"] + "\n")
        return Completion(text="4")

    async def aclose(self):
        pass


RECORDER = Recorder()
"""


@pytest.fixture
def asked(project, monkeypatch):
    """Put a model in the project that writes down what it is asked; return a function that reads it."""
    monkeypatch.syspath_prepend(project.path)
    project.write("recorder.py", MODULE)

    def read():
        path = project.path / "asked.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    return read


@pytest.mark.workers
def test_a_recorded_suite_runs_without_asking(project, asked):
    project.run(MODEL).assert_outcomes(passed=1)
    assert len(asked()) == 10
    result = project.run(MODEL, "--eval-cache=replay")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["sums *passed *accuracy *0.100 *10 *0 *0.05"])
    assert len(asked()) == 10


def test_a_miss_is_an_error_that_names_the_sample(project, sums, asked):
    project.write(
        "test_sums.py",
        sums.replace("Sample(input", "Sample(id=row['q'][:1] + '-plus', input")
        + "\n@benchmark(SUMS)\ndef test_sums(scores):\n    assert scores.accuracy >= 0\n",
    )
    project.run(MODEL, "--eval-limit=3").assert_outcomes(passed=1)
    result = project.run(MODEL, "--eval-limit=4", "--eval-cache=replay")
    result.assert_outcomes(errors=1)
    assert result.ret == 10
    result.stdout.fnmatch_lines(
        [
            "*1 of 4 samples have no score*: first error 4-plus: completion cache: no completion of this request is stored*'4 + 4'*"
        ]
    )
    assert len(asked()) == 3
