"""An application that ends the process with `os._exit(0)` leaves no green run behind."""

import json

import pytest

LEAVES = """

import os
from dataclasses import replace


async def leaves(sample, context):
    if sample.input == "4 + 4":
        child = os.fork()
        if not child:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0, "a child's exit is its own"
        os._exit({status})
    return await context.generate(({"role": "user", "content": sample.input},))


@benchmark(replace(SUMS, solve=leaves))
def test_sums(scores):
    assert scores.accuracy >= 0
"""


@pytest.mark.workers
@pytest.mark.parametrize(("status", "ends"), [("0", 10), ("False", 10), ("7", 7)])
def test_a_process_that_ends_itself_as_if_all_had_passed_is_broken(project, sums, status, ends):
    text = sums + LEAVES.replace("{status}", status)
    project.write("test_sums.py", text)
    line = 1 + text[: text.index(f"os._exit({status})\n    return")].count("\n")
    result = project.pytester.runpytest_subprocess(*project.mode, "--eval-model=fake/fixed:4", "--eval-cache=off")
    if project.mode == ("-n", "2"):
        assert result.ret == 1
        result.stdout.fnmatch_lines(["worker 'gw*' crashed while running 'test_sums.py::test_sums*'"])
        return
    assert result.ret == ends
    said = f"evals: ended before their gates, by os._exit(0) at test_sums.py:{line}"
    assert (said in result.stderr.str()) == (ends == 10)
    assert json.loads((project.folder / "configs" / "run.json").read_text("utf-8"))["status"] == "running"
