"""Sandboxes to run programs in."""

import asyncio

import pytest

from pytest_evalscope.sandbox import available, open_sandbox, problem_here
from pytest_evalscope.types import Limits, Program


@pytest.fixture(params=["local", "unsafe"])
def kind(request):
    """Every kind of sandbox that runs programs of this machine, where it can."""
    if (problem := available() if request.param == "local" else problem_here(request.param)) is not None:
        pytest.skip(problem.message)
    return request.param


@pytest.fixture
def local():
    """The confined kind; the test is skipped where the machine cannot confine a program."""
    if (problem := available()) is not None:
        pytest.skip(problem.message)
    return "local"


@pytest.fixture
def run():
    """Run Python texts in one sandbox, all at once; what came of one, or of each."""

    def made(kind, *texts, stdin="", **limits):
        async def all_of():
            sandbox = open_sandbox(kind)
            try:
                return await asyncio.gather(
                    *(
                        sandbox.run(
                            Program(
                                command=("python", "main.py"),
                                files={"main.py": text},
                                stdin=stdin,
                                limits=Limits(**limits),
                            )
                        )
                        for text in texts
                    )
                )
            finally:
                await sandbox.aclose()

        executions = asyncio.run(all_of())
        return executions[0] if len(texts) == 1 else executions

    return made
