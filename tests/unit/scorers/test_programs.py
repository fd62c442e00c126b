"""The scorer that runs code."""

import asyncio
from typing import Any, cast

import pytest

from pytest_evalscope.errors import SandboxError, UnknownName
from pytest_evalscope.scorers import code
from pytest_evalscope.types import Completion, Context, Execution, Sample

SAMPLE = Sample(input="?", metadata={"test": "assert f() == 1", "setup": "ONE = 1"})


class Fixed:
    """A sandbox in which every program ends alike; it keeps them."""

    name = "fixed"

    def __init__(self, **ended):
        self.programs = []
        self.ended = ended

    async def run(self, program):
        self.programs.append(program.files["program.py"])
        return Execution(**{"ended": "exit", "exit_code": 0, "stdout": "", "stderr": "", "seconds": 0.1, **self.ended})

    async def aclose(self):
        pass


def marked(reply, scorer, sandbox):
    context = Context(model=cast("Any", None), sandbox=sandbox)
    return asyncio.run(scorer(SAMPLE, Completion(text=reply), context))


def test_without_a_sandbox_it_says_so():
    with pytest.raises(SandboxError, match="no sandbox is open"):
        marked("f = 1", code(), None)


def test_a_template_without_a_place_for_the_code_is_refused():
    with pytest.raises(UnknownName, match="place of the code"):
        code(program="{test}")


def test_the_program_is_made_by_the_template():
    sandbox = Fixed()
    marked("def f(): return '{setup}'", code(program="{setup}\n{code}\n{test}"), sandbox)
    assert sandbox.programs[0].startswith("ONE = 1\ndef f(): return '{setup}'\nassert f() == 1\n")


@pytest.mark.parametrize(
    ("reply", "block", "answer"),
    [
        ("```\na\n```\n```python\nb\n```", "first", "a\n"),
        ("```\na\n```\n```python\nb\n```", "last", "b\n"),
        ("[BEGIN]\na\n[DONE]\nb", "first", "\na\n"),
        ("a\n[DONE]", "first", "a\n"),
        ("[BEGIN]\n```python\na\n```\n[DONE]", "first", "a\n"),
        ("[BEGIN] [DONE]", "first", None),
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
    assert marked("  \n", code(), sandbox).answer is None
    assert sandbox.programs == []
