"""Solutions of programming contests: run in the sandbox, compared outside of it."""

import asyncio
import json
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError, ScorerError
from pytest_evalscope.sandbox import available, open_sandbox, problem_here
from pytest_evalscope.scorers.contest_child import CAP, faithful
from pytest_evalscope.scorers.contests import CHILD, contest, judged, same_text
from pytest_evalscope.scorers.contests import Tests as Given
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.types import Completion, Context, Execution, Limits, Sample

pytestmark = pytest.mark.slow  # processes

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


class Sees:
    """A sandbox that keeps the program and ends it as it was told."""

    name = "sees"

    def __init__(self, *results):
        self.results, self.programs = results, []

    async def run(self, program):
        self.programs.append(program)
        return execution(list(self.results))


def seen(reply, given, *results, **fields):
    sandbox = Sees(*results)
    context = Context(model=cast("Any", None), sandbox=cast("Any", sandbox))
    scorer = contest(tests=lambda sample: given, **fields)
    return asyncio.run(scorer(Sample(input="?"), Completion(text=reply), context)), sandbox.programs


def test_right_answers_never_enter_the_sandbox():
    score, (program,) = seen("```\nprint()\n```", Given(inputs=["1"], outputs=["SECRET"]), ["ok", "SECRET"])
    assert score.values == {"accuracy": 1.0}
    assert "SECRET" not in repr(program)


def test_the_program_is_bounded_by_what_its_tests_need():
    given = Given(inputs=["x" * (3 << 20), "1"], outputs=["é", "1234"], function="f")
    score, (program,) = seen("```\nA\n```\n```\nB\n```", given, seconds=2.0, memory_mb=300)
    job = {"inputs": [*given.inputs], "function": "f", "seconds": 2.0}
    assert score.answer == "B\n"
    assert program.command == ("python", "main.py")
    assert program.files == {"main.py": CHILD, "solution.py": "B\n", "job.json": json.dumps(job)}
    # Two inputs of two seconds, a second beside each, and ten to start; the inputs are written twice.
    assert program.limits == Limits(seconds=16.0, memory_mb=300, output_bytes=1 << 26, disk_mb=64 + 6)


def test_an_input_has_six_seconds_and_4_gib_unless_the_benchmark_says_otherwise():
    _, (program,) = seen("```\nA\n```", Given(inputs=["1"], outputs=["1"]))
    assert json.loads(program.files["job.json"])["seconds"] == 6.0
    assert program.limits == Limits(seconds=17.0, memory_mb=4096, output_bytes=1 << 26, disk_mb=64)


def test_no_right_answer_shows_in_what_the_sandbox_is_given():
    # Yes or no could be told from a limit that is made of the answer.
    outputs = ("Yes", "No", "x" * 70_000)
    given = [seen("```\nA\n```", Given(inputs=["1"], outputs=[output]))[1][0] for output in outputs]
    assert given[0] == given[1] == given[2]
    # Only more than all of them may write together is worth another limit, a power of two.
    _, (large,) = seen("```\nA\n```", Given(inputs=["1"] * 3, outputs=["x" * CAP] * 3))
    assert large.limits.output_bytes == 1 << 27


def test_a_right_output_longer_than_what_is_kept_is_an_error():
    with pytest.raises(ScorerError) as caught:
        seen("```\nA\n```", Given(inputs=["1"], outputs=["x" * (CAP + 1)]))
    assert caught.value.message == f"contest: a right output of {CAP + 1} characters; accepted: at most {CAP}"


RUBBISH = {
    "deep": "os.write(3, b'[' * 200000); os._exit(0)",
    "deep and closed": "os.write(3, b'[' * 60000 + b']' * 60000); os._exit(0)",
    "deep objects": "os.write(3, b'{\"a\":' * 60000); os._exit(0)",
    "large": "os.write(3, b'1' * 100000); os._exit(0)",
    "large and right": "os.write(3, b'2' + b' ' * 100000); os._exit(0)",
    "no text": "os.write(3, b'\\xff\\xfe\\x00'); os._exit(0)",
    "half": "os.write(3, b'[1, 2'); os._exit(0)",
    "more than one": "os.write(3, b'2'); return 2",
    "closed": "os.close(3); return 2",
    "all closed": "os.closerange(0, 64); return 2",
    "not a number": "os.write(3, b'NaN'); os._exit(0)",
    "nothing": "os._exit(0)",
    "endless": "\n    while True: os.write(3, b'2' * 65536)",
    "in the other's place": "\n    for number in range(10):\n        try: "
    "os.write(os.open(f'/proc/{os.getppid()}/fd/{number}', os.O_WRONLY), b'[' * 60000)\n        except OSError: pass",
}


@pytest.mark.parametrize("name", RUBBISH)
def test_whatever_a_function_writes_for_its_result_is_a_wrong_answer(name):
    tests = Given(inputs=["1"], outputs=["2"], function="f")
    score = marked(f"import os\ndef f(n): {RUBBISH[name]}", tests, seconds=1.0)
    assert score.values == {"accuracy": 0.0}
    assert score.explanation
    assert marked("def f(n): return 2", tests).values == {"accuracy": 1.0}


@pytest.mark.parametrize("reply", ["print()", "```\n \n```", "```bash\nls\n```", ""])
def test_a_reply_without_a_block_of_code_gives_none(reply):
    score, programs = seen(reply, DOUBLE)
    assert (score.values, score.answer, programs) == ({"accuracy": 0.0}, None, [])
    assert failed_values(contest(tests=lambda sample: DOUBLE), Sample(input="?")) == {"accuracy": 0.0}


def test_what_solutions_find_without_importing_it():
    code = """
import sys
names = ["sqrt", "math", "heappush", "deque", "List", "reduce", "datetime", "defaultdict", "accumulate", "StringIO"]
print(*[name for name in names if name not in globals()])
print(*[name for name in ("builtins", "typing", "numpy", "json_load") if name in globals()])
print(sys.getrecursionlimit(), __name__)
"""
    assert marked(code, Given(inputs=[""], outputs=["\n\n50000 __main__"])).explanation == ""


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
    ("value", "made"),
    [
        (2.0, 2),
        (-2.5, -2.5),
        (True, True),
        (None, None),
        ("1", "1"),
        ([1, [2.0]], [1, [2]]),
        ({"a": [1.0]}, {"a": [1]}),
        ({1: 2}, {"unlike JSON": "dict"}),
        ((1,), {"unlike JSON": "tuple"}),
        ([{1}], [{"unlike JSON": "set"}]),
        (float("inf"), float("inf")),
        (1j, {"unlike JSON": "complex"}),
    ],
)
def test_a_value_is_written_so_that_equals_stay_equal(value, made):
    assert repr(faithful(value)) == repr(made)


@pytest.mark.parametrize(
    ("output", "expected", "same"),
    [
        ("1\n", "1", True),
        ("1\n2", "1\n3", False),
        ("1\n3", "1\n2\n3", False),
        ("1.50 x", "1.5 x", False),
        ("x\n1.50", "x\n1.5", True),
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


@pytest.mark.parametrize(
    "stdout",
    ["", "[1]", "{}", '{"results": [1]}', '{"results": 5}', "nonsense", "[" * 100_000, '{"results": ' + "[" * 100_000],
)
def test_a_run_that_told_nothing_is_wrong(stdout):
    ended = Execution(ended="exit", exit_code=0, stdout=stdout, stderr="", seconds=0.1)
    assert judged(ended, DOUBLE) == "it left before its tests"


def test_too_few_results_are_wrong():
    assert judged(execution([["ok", "2"]]), DOUBLE) == "it left before its tests"


@pytest.mark.parametrize(
    ("results", "function", "problem"),
    [
        ([["ok", "2"], ["ok", "4"]], "", ""),
        ([["ok", " 2\n"], ["ok", "4.0"]], "", ""),
        ([["ok", "2"], ["ok", "5"]], "", "test 2 of 2: wrong"),
        ([["ok", "2"], ["error", "KeyError: 1"]], "", "test 2 of 2: KeyError: 1"),
        ([["timeout", ""]], "", "test 1 of 2: no answer in time"),
        ([["ok", "2"], ["ok", "4.0"]], "f", ""),
        ([["ok", "2"], ["ok", "4 "]], "f", ""),
        ([["ok", "2"], ["ok", "[4"]], "f", "test 2 of 2: wrong"),
        ([["ok", '"2"']], "f", "test 1 of 2: wrong"),
        ([], "", "it left before its tests"),
        ([["ok", "2"], ["ok", "4"], ["ok", "6"]], "", "it left before its tests"),
    ],
)
def test_what_is_wrong_is_told_by_the_first_test_that_fails(results, function, problem):
    given = Given(inputs=["1", "2"], outputs=["2", "4"], function=function)
    assert judged(execution(results), given) == problem


@pytest.mark.parametrize(("inputs", "outputs"), [(["1"], []), ([], ["1"]), ([], []), (["1", "2"], ["1"])])
def test_as_many_outputs_as_inputs_are_needed_and_one(inputs, outputs):
    with pytest.raises(ScorerError) as caught:
        seen("```\n1\n```", Given(inputs=inputs, outputs=outputs))
    assert caught.value.message == (
        f"contest: {len(inputs)} inputs and {len(outputs)} outputs; as many of both are needed"
    )


def test_a_right_answer_that_is_none_is_told():
    with pytest.raises(ScorerError) as caught:
        judged(execution([["ok", "1"]]), Given(inputs=["1"], outputs=["o" * 70], function="f"))
    assert caught.value.message == f"contest: a right answer is not JSON ({'o' * 60!r})"


def test_without_a_sandbox_it_says_so():
    with pytest.raises(SandboxError) as caught:
        asyncio.run(
            contest(tests=lambda sample: DOUBLE)(
                Sample(input="?"), Completion(text="```\n1\n```"), Context(model=cast("Any", None))
            )
        )
    assert caught.value.message == "contest: no sandbox is open"
    assert caught.value.hint == 'a benchmark that runs code says needs=("sandbox",)'


def test_a_program_writes_and_reads_integers_as_long_as_the_official_runner_lets_it():
    tests = Given(inputs=["0\n", "1" * 49_999 + "\n"], outputs=["7" * 49_999] * 2)
    assert marked("int(input())\nprint(7 * (10 ** 49_999 - 1) // 9)", tests).explanation == ""
    assert marked("print(10 ** 50_000)", tests).explanation.startswith("test 1 of 2: ValueError: Exceeds the limit")


def test_a_function_returns_integers_of_any_length():
    tests = Given(inputs=["6000"], outputs=["7" * 6000], function="f")
    assert marked("def f(n): return 7 * (10 ** n - 1) // 9", tests).explanation == ""
    assert marked("def f(n): return 7 * (10 ** n - 1) // 9 + 1", tests).explanation == "test 1 of 1: wrong"
    assert marked("def f(n): return '7' * n", tests).explanation == "test 1 of 1: wrong"


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        ("```python\na\n```\nIt prints:\n```\n5\n```", "a\n"),
        ("```python\nb\n```\nBetter:\n```python\na\n```", "a\n"),
        ("```\nb\n```\n```\na\n```\n", "a\n"),
        ("<think>\n```python\nb\n```\n</think>\n```python\na\n```", "a\n"),
        ("```python\na\n```\n```python\n\n```", "a\n"),
        ('```python\n"""\n```\nb\n```\n"""\na\n```', '"""\n```\nb\n```\n"""\na\n'),
    ],
)
def test_the_solution_is_the_last_python_block(completion, answer):
    score, programs = seen(completion, DOUBLE)
    assert score.answer == programs[0].files["solution.py"] == answer
