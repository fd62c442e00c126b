"""The scorer that runs code."""

import asyncio
import json
import re
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError, ScorerError, UnknownName
from pytest_evalscope.scorers import code
from pytest_evalscope.scorers.functions import failed_values
from pytest_evalscope.scorers.probes import require_command
from pytest_evalscope.scorers.programs import explain
from pytest_evalscope.scorers.running.sources import source
from pytest_evalscope.types import Completion, Context, Execution, Limits, Program, Sample

SAMPLE = Sample(input="?", metadata={"test": "assert f() == 1", "setup": "ONE = 1"})


class Fixed:
    """A sandbox in which every program ends alike; it keeps them."""

    name = "fixed"

    def __init__(self, **ended):
        self.programs = []
        self.ended = ended

    async def run(self, program):
        self.programs.append(program)
        return Execution(**{"ended": "exit", "exit_code": 0, "stdout": "", "stderr": "", "seconds": 0.1, **self.ended})

    async def aclose(self):
        pass


def marked(reply, scorer, sandbox):
    context = Context(model=cast("Any", None), sandbox=sandbox)
    return asyncio.run(scorer(SAMPLE, Completion(text=reply), context))


def test_without_a_sandbox_it_says_so():
    with pytest.raises(SandboxError) as caught:
        marked("f = 1", code(), None)
    assert caught.value.message == "code: no sandbox is open"
    assert caught.value.hint == 'a benchmark that runs code says needs=("sandbox",)'


def test_a_template_without_a_place_for_the_code_is_refused():
    with pytest.raises(UnknownName) as caught:
        code(program="{test}")
    assert caught.value.message == (
        "code: place of the code in the template: unknown name ('{test}'); did you mean {code}?"
    )
    assert code(program="run({literal})")


def test_the_program_is_the_code_and_its_tests_are_in_its_input():
    sandbox, limits = Fixed(), Limits(seconds=3.0)
    marked("def f(): return '{setup}'", code(program="{setup}\n{code}\n{test}", limits=limits, image="i:1"), sandbox)
    (made,) = sandbox.programs
    assert (made.command, made.limits, made.image) == (("python", "-c", source("apart")), limits, "i:1")
    assert made.files == {"program.py": "ONE = 1\ndef f(): return '{setup}'"}
    job = json.loads(made.stdin)
    proof = job.pop("proof")
    assert re.fullmatch("passed [0-9a-f]{32}", proof)
    assert job == {"tests": "\nassert f() == 1", "head": "ONE = 1\n", "form": "assert"}
    assert proof not in "".join((*made.command, *made.files.values()))


@pytest.mark.parametrize(
    ("program", "form", "name", "files", "tests"),
    [
        ("run({literal})", "apart", "together", "", 'run("it\'s")'),
        ("{test}\n{literal}", "unittest", "together", "", 'assert f() == 1\n"it\'s"'),
        ("{code}\n{test}", "together", "together", "it's", "\nassert f() == 1"),
        ("{code}\n{test}", "unittest", "together", "it's", "\nassert f() == 1"),
        # What holds the code cannot be run apart from it.
        ("if 1:\n    {code}\n{test}", "apart", "together", "", "if 1:\n    it's\nassert f() == 1"),
        ("x = {code}\n{test}", "apart", "together", "", "x = it's\nassert f() == 1"),
        ("{code} + 1", "apart", "together", "", "it's + 1"),
        ("{test}{code}", "apart", "apart", "assert f() == 1it's", ""),
    ],
)
def test_where_the_tests_run(program, form, name, files, tests):
    sandbox = Fixed()
    marked("it's", code(program=program, form=form), sandbox)
    (made,) = sandbox.programs
    assert (made.command[2], made.files) == (source(name), {"program.py": files})
    job = json.loads(made.stdin)
    assert (job["tests"], job["form"]) == (tests, "unittest" if form == "unittest" else "assert")


class Honest(Fixed):
    """A sandbox whose programs prove that they passed."""

    used = "2"

    async def run(self, program):
        execution = await super().run(program)
        stdout = f"noise\n{json.loads(program.stdin)['proof']} {self.used}\nnoise"
        return Execution(**{**vars_of(execution), "stdout": stdout})


def test_it_passes_when_it_wrote_what_nobody_knew_and_ended_well():
    assert marked("f", code(), Honest()).values == {"accuracy": 1.0}
    score = marked("f", code(), Honest(exit_code=1, stderr="no"))
    assert (dict(score.values), score.answer, score.explanation) == ({"accuracy": 0.0}, "f", "no")


def test_tests_that_use_nothing_of_the_code_are_an_error():
    sandbox = Honest()
    sandbox.used = "0"
    with pytest.raises(ScorerError) as caught:
        marked("f", code(), sandbox)
    assert caught.value.message == "code: the tests of this sample use nothing of the code, so any would pass"
    assert marked("f", code(program="{code}\nprint(1)"), sandbox).values == {
        "accuracy": 1.0
    }  # the benchmark's own text


def test_tests_that_cannot_be_run_are_an_error():
    with pytest.raises(ScorerError) as caught:
        marked("f", code(), Fixed(exit_code=98, stderr="SyntaxError: '(' was never closed (tests.py, line 1)\n"))
    assert caught.value.message == (
        "code: the tests of this sample cannot be run (SyntaxError: '(' was never closed (tests.py, line 1))"
    )


def vars_of(execution):
    return {name: getattr(execution, name) for name in ("ended", "exit_code", "stdout", "stderr", "seconds")}


def test_what_stands_behind_a_mark_is_no_code():
    sandbox = Fixed()
    score = marked("f = 1\n# stop\nf = 2 # end", code(stop=("# end", "# stop")), sandbox)
    assert score.answer == "f = 1\n"


HELPER = "def helper(a):\n    return a + 1\n"
FUNCTION = "def f():\n    return helper(0)\n"
FOUND = (
    (f"```python\n{HELPER}```\nThen:\n```python\n{FUNCTION}```", f"{HELPER}\n{FUNCTION}"),
    (f"```python\n{FUNCTION}```\nIts helper:\n```python\n{HELPER}\nprint(helper(1))\n```", f"{HELPER}\n{FUNCTION}"),
    (f"```python\nimport os\nimport math as helper\n```\n```python\n{FUNCTION}```",
     f"import math as helper\n\n{FUNCTION}"),
    (f"```python\n{HELPER}```\n```python\ndef f():\n    return 1\n```", "def f():\n    return 1\n"),
    (f"```python\n{HELPER}{FUNCTION}```\n```python\ndef helper(a):\n    return 2\n```", f"{HELPER}{FUNCTION}"),
    (f"```python\n>>> f()\n1\n```\n```python\n{FUNCTION}```", FUNCTION),
    (f"```python\n{FUNCTION}```\n```python\n>>> f()\n1\n```", FUNCTION),
    (f"```python\n>>> f()\n1\n```\n```python\nx = 1\n{FUNCTION}```", f"x = 1\n{FUNCTION}"),
)  # fmt: skip
PROSE = (
    (f"Here is the function you asked for:\n\n{FUNCTION}\nIt adds one.", f"{FUNCTION}\n"),
    (f"Sure! I'd do it so:\n\nimport math\n\n{FUNCTION}\nThis is it.\nf() gives 1.", f"import math\n\n{FUNCTION}\n"),
    (f"import math\n\nThen comes the function:\n\n{FUNCTION}", f"import math\n\n{FUNCTION}"),
    (f"From the text it follows that f is one.\nfrom here on, we are done:\n{FUNCTION}Good luck!", FUNCTION),
    (FUNCTION, FUNCTION), ("x = 1\nprint(x)\n", "x = 1\nprint(x)\n"), ("No code at all.", "No code at all."),
)  # fmt: skip


@pytest.mark.parametrize("entry", ["", "f"])
@pytest.mark.parametrize(("reply", "answer"), FOUND)
def test_a_function_is_kept_together_with_what_it_uses_of_other_blocks(reply, answer, entry):
    found = marked(reply, code(entry=entry), Fixed()).answer
    assert found == (answer.removeprefix("x = 1\n") if entry else answer)


@pytest.mark.parametrize(("reply", "answer"), PROSE)
def test_sentences_around_a_program_without_a_block_are_left_out(reply, answer):
    assert marked(reply, code(), Fixed()).answer == answer


@pytest.mark.parametrize(
    ("reply", "block", "answer"),
    [
        ("```\na\n```\n```python\nb\n```", "first", "b\n"),  # the one that names Python
        ("```\na\n```\n```\nb\n```", "first", "a\n"),
        ("```\na\n```\n```python\nb\n```", "last", "b\n"),
        ("[BEGIN]\na\n[DONE]\nb", "first", "\na\n"),
        ("a\n[DONE]", "first", "a\n"),
        ("[BEGIN]\n```python\na\n```\n[DONE]", "first", "a\n"),
        ("[BEGIN] [DONE]", "first", None),
        ("[BEGIN] a [DONE] [BEGIN] b [DONE]", "first", " a "),
        ("[BEGIN]\na\n[DONE]\nI put it between [BEGIN] and [DONE].", "first", "\na\n"),
        ("I put it between [BEGIN] and [DONE].\n[BEGIN]\na\n[DONE]", "first", "\na\n"),
        ("Between [BEGIN] and [DONE]:\n```python\na\n```", "first", "a\n"),
        ("I end with [DONE].\n```python\na\n```\n[DONE]", "first", "a\n"),
        ("a\n[DONE]\nNext:\n[BEGIN]\nb\n[DONE]", "first", "a\n"),  # the prompt ended with the first mark
        ("**[BEGIN]**\na\n**[DONE]**", "first", "\na\n"),
        ("Solution: [BEGIN]\na [DONE]", "first", "\na "),
        ("a[DONE]", "first", "a"),
        ("<think>\n```python\nb\n```\n</think>\n    a", "first", "    a"),
        ("a = 1\n```\nIt adds.", "first", "a = 1\n"),
        ("```sh\na\n```\n```py3\nb\n```", "first", "b\n"),
        ("```sh\na\n```", "last", "```sh\na\n```"),
    ],
)
def test_where_the_code_is_found(reply, block, answer):
    assert marked(reply, code(block=block, between=("[BEGIN]", "[DONE]")), Fixed()).answer == answer


@pytest.mark.parametrize(
    ("ended", "explanation"),
    [
        ({}, "it left before its tests"),
        ({"ended": "timeout", "exit_code": None}, "ended by timeout"),
        ({"exit_code": 1, "stderr": "Traceback\nAssertionError: no\n"}, "AssertionError: no"),
        ({"exit_code": 3}, "exit code 3"),
    ],
)
def test_a_failure_is_explained(ended, explanation):
    score = marked("f", code(), Fixed(**ended))
    assert (score.values, score.explanation) == ({"accuracy": 0.0}, explanation)


def test_nothing_is_run_for_an_empty_reply():
    sandbox = Fixed()
    score = marked("  \n", code(), sandbox)
    assert (score.values, score.answer) == ({"accuracy": 0.0}, None)
    assert failed_values(code(), SAMPLE) == {"accuracy": 0.0}
    assert sandbox.programs == []


@pytest.mark.parametrize(
    ("stderr", "said"), [("x" * 600, "x" * 500), ("one\ntwo\n\n", "two"), ("", "exit code 3"), ("\n", "exit code 3")]
)
def test_the_last_line_of_what_it_complained_of_is_told(stderr, said):
    ended = Execution(ended="exit", exit_code=3, stdout="", stderr=stderr, seconds=0.1)
    assert explain(ended) == said


PACKAGES = {"one": ("numpy", "scipy"), "two": ()}


def ready(scorer, sandbox, subset="one"):
    asyncio.run(scorer.ready(subset, Context(model=cast("Any", None), sandbox=sandbox)))


def test_packages_are_looked_for_once_in_the_image_that_has_them():
    sandbox = Fixed()
    ready(code(packages=PACKAGES, image="i:1"), sandbox)
    (made,) = sandbox.programs
    assert made.command[:2] == ("python", "-c")
    assert made.command[3:] == ("numpy", "scipy")
    assert (made.limits, made.image) == (Limits(seconds=30.0), "i:1")
    ready(code(packages=("numpy",)), sandbox, "any")
    assert (sandbox.programs[1].command[3:], sandbox.programs[1].image) == (("numpy",), "")
    for packages, subset in ((PACKAGES, "two"), (PACKAGES, "three"), ((), "one")):
        ready(code(packages=packages), sandbox, subset)
    assert len(sandbox.programs) == 2
    ready(code(packages=PACKAGES), None)


@pytest.mark.parametrize(
    ("image", "stderr", "missing", "option"),
    [
        ("", "scipy,\n  numpy\n", "scipy, numpy", "docker:IMAGE"),
        ("i:1", "", "exit", "docker:i:1"),
        ("", "y" * 400, "y" * 300, "docker:IMAGE"),
    ],
)
def test_packages_that_are_missing_are_told(image, stderr, missing, option):
    with pytest.raises(SandboxError) as caught:
        ready(code(packages=PACKAGES, image=image), Fixed(exit_code=1, stderr=stderr))
    assert caught.value.message == (
        f"sandbox fixed: Python packages that the tests of 'one' import are missing ({missing})"
    )
    assert caught.value.hint == (
        f"install them where pytest runs, or name an image that has them: --eval-sandbox={option}"
    )


def test_a_toolchain_is_looked_for_with_time_and_memory_to_start():
    sandbox = Fixed()
    asyncio.run(require_command(cast("Any", sandbox), ("g++", "--version"), "cpp", "i:1"))
    wanted = Program(command=("g++", "--version"), limits=Limits(seconds=60.0, memory_mb=16384), image="i:1")
    assert sandbox.programs == [wanted]
    asyncio.run(require_command(None, ("g++",), "cpp"))
    with pytest.raises(SandboxError) as caught:
        asyncio.run(require_command(cast("Any", Fixed(exit_code=127)), ("g++", "--version"), "cpp"))
    assert (caught.value.message, caught.value.hint) == (
        "sandbox fixed: the toolchain of 'cpp' is missing (g++ --version failed)",
        "install it on the system, or name an image that has it: --eval-sandbox=docker:IMAGE",
    )
