"""Solutions of programming contests: run in the sandbox, compared outside of it."""

import asyncio
import json
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError, ScorerError
from pytest_evalscope.sandbox import available, open_sandbox, problem_here
from pytest_evalscope.scorers.contests import Tests as Given
from pytest_evalscope.scorers.contests import contest, judged, same_text
from pytest_evalscope.types import Completion, Context, Execution, Sample

DOUBLE = Given(inputs=["1\n", "2\n"], outputs=["2\n", "4\n"])


def marked(code, tests, kind="unsafe", seconds=5.0):
    if (problem := problem_here(kind)) is not None:
        pytest.skip(problem.message)

    async def run():
        sandbox = open_sandbox(cast("Any", kind))
        context = Context(model=cast("Any", None), sandbox=sandbox)
        try:
            scorer = contest(tests=lambda sample: tests, seconds=seconds)
            return await scorer(Sample(input="?"), Completion(text=f"```python\n{code}\n```"), context)
        finally:
            await sandbox.aclose()

    return asyncio.run(run())


def execution(results):
    return Execution(ended="exit", exit_code=0, stdout=json.dumps({"results": results}), stderr="", seconds=0.1)


@pytest.mark.parametrize(
    ("code", "explanation"),
    [
        ("print(2 * int(input()))", ""),
        ("print(2)", "test 2 of 2: wrong"),
        ("if input() == '2':\n    while True: pass\nprint(2)", "test 2 of 2: no answer in time"),
        ("raise ValueError('no')", "test 1 of 2: ValueError: no"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "test 1 of 2: it was ended"),
        ("import os; os.kill(os.getppid(), 9)", "ended by signal"),
        ("import sys; sys.stdout.close()", "test 1 of 2: wrong"),
        ("print(open('job.json').read(), open('main.py').read())", "test 1 of 2: wrong"),
        ("import os\nif os.fork(): pass\nelse:\n    os.setpgid(0, 0)\n    print(2)\n", "test 2 of 2: wrong"),
    ],
)
def test_in_the_confined_sandbox(code, explanation):
    if (problem := available()) is not None:
        pytest.skip(problem.message)
    score = marked(code, DOUBLE, "local", seconds=0.5)
    assert score.explanation == explanation
    assert score.values == {"accuracy": float(not explanation)}


def test_right_answers_never_enter_the_sandbox():
    class Sees:
        name = "sees"

        async def run(self, program):
            self.program = program
            return execution([["ok", "SECRET"]])

    sandbox = Sees()
    scorer = contest(tests=lambda sample: Given(inputs=["1"], outputs=["SECRET"]))
    context = Context(model=cast("Any", None), sandbox=cast("Any", sandbox))
    score = asyncio.run(scorer(Sample(input="?"), Completion(text="```\nprint()\n```"), context))
    assert score.values == {"accuracy": 1.0}
    assert "SECRET" not in repr(sandbox.program)


def test_what_a_test_leaves_behind_the_next_does_not_see():
    tests = Given(inputs=["1", "1"], outputs=["1", "1"], function="f")
    assert marked("seen = []\ndef f(n):\n    seen.append(n)\n    return len(seen)", tests).values == {"accuracy": 1.0}


def test_a_function_that_is_not_there_is_told():
    score = marked("def f(n):\n    return n", Given(inputs=["0"], outputs=["0"], function="g"))
    assert score.explanation == "test 1 of 1: KeyError: 'g'"


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        ("2.0", "2", True),
        ("True", "1", True),
        ("[1, (2,)]", "[1, [2]]", False),
        ("{1: 2}", '{"1": 2}', False),
        ("{'a': [None]}", '{"a": [null]}', True),
        ("{1}", "[1]", False),
        ("float('nan')", "NaN", False),
        ("float('inf')", "Infinity", True),
        ("10 ** 400", "1" + "0" * 400, True),
        ("'\\ud800'", '"\\ud800"', True),
        ("object()", "null", False),
    ],
)
def test_values_of_a_function_are_compared_as_python_does(value, expected, same):
    score = marked(f"def f(n):\n    return {value}", Given(inputs=["0"], outputs=[expected], function="f"))
    assert score.values == {"accuracy": float(same)}


@pytest.mark.parametrize(
    ("output", "expected", "same"),
    [
        ("1\n", "1", True),
        ("  1  \n 2 ", "1\n2\n\n", True),
        ("1 2", "1\n2", False),
        ("1.0 2e0", "1 2", True),
        ("50000000000000000", "50000000000000001", False),
        ("nan", "NAN", False),
        ("sNaN", "1", False),
        ("a  b", "a b", False),
        ("", "\n", True),
        ("1E+999999999", "1", False),
    ],
)
def test_outputs_are_compared_line_by_line(output, expected, same):
    assert same_text(output, expected) is same


@pytest.mark.parametrize("stdout", ["", "[1]", "{}", '{"results": [1]}', '{"results": 5}', "nonsense"])
def test_a_run_that_told_nothing_is_wrong(stdout):
    ended = Execution(ended="exit", exit_code=0, stdout=stdout, stderr="", seconds=0.1)
    assert judged(ended, DOUBLE) == "it left before its tests"


def test_too_few_results_are_wrong():
    assert judged(execution([["ok", "2"]]), DOUBLE) == "it left before its tests"


def test_tests_that_do_not_fit_are_told():
    with pytest.raises(ScorerError, match="contest: 1 inputs and 0 outputs"):
        marked("print()", Given(inputs=["1"], outputs=[]))
    with pytest.raises(ScorerError, match="a right answer is not JSON"):
        marked("def f(n): return n", Given(inputs=["1"], outputs=["one"], function="f"))


def test_without_a_sandbox_it_says_so():
    with pytest.raises(SandboxError, match="contest: no sandbox is open"):
        asyncio.run(
            contest(tests=lambda sample: DOUBLE)(
                Sample(input="?"), Completion(text="```\n1\n```"), Context(model=cast("Any", None))
            )
        )
