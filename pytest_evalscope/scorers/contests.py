"""Scoring of programming contests: solutions run on many inputs in the sandbox; outputs are compared outside of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pytest_evalscope.errors import SandboxError, ScorerError
from pytest_evalscope.scorers.contest_child import CAP
from pytest_evalscope.scorers.programs import LANGUAGES, NO_SANDBOX, explain, without_thoughts
from pytest_evalscope.text.fences import code_blocks
from pytest_evalscope.types import Completion, Context, Execution, Limits, Program, Sample, Score

CHILD = Path(__file__).with_name("contest_child.py").read_text(encoding="utf-8")
SLACK = 1 << 16
"""Characters that an output may have beyond twice the right one; a longer one is wrong unread."""
DIGITS = 4000
"""Digits that every Python reads as an integer."""
OUTPUT_BYTES = 1 << 26
"""Limit on all outputs of a solution together, or the next power of two for tests with more: the same for almost all
problems, because a limit made of the right answers would tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The tests of one solution."""

    inputs: Sequence[str]
    outputs: Sequence[str]
    """The right output to each input: text, or JSON where a function is called."""
    function: str = ""
    """The function (or method of `Solution`) that is called with the lines of an input as JSON; empty: a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class contest:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=contest(tests=…)`
    """1 when the solution gives the right output to every input, else 0.

    The solution is the last Python block of the completion, or the last that names no language where none is Python's;
    a completion without one has none. (Officially it is the text between the last two lines with a fence, which is
    the same but where output follows in a block, or a fence is in a docstring or was cut off.) Right answers never
    enter the sandbox, so no program can find them there. Lines are compared without the blanks around them, and as
    numbers where both are.
    """

    tests: Callable[[Sample], Tests]
    """The tests of a sample; called in a thread. Raises ScorerError."""
    seconds: float = 6.0
    """For each input."""
    memory_mb: int = 4096
    metrics: tuple[str, ...] = ("accuracy",)

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises SandboxError without a sandbox, ScorerError for invalid tests."""
        if context.sandbox is None:
            raise SandboxError("contest: no sandbox is open", hint=NO_SANDBOX)
        blocks = code_blocks(without_thoughts(completion.text), LANGUAGES)
        if not blocks or not blocks[-1].strip():
            return Score(values={"accuracy": 0.0}, answer=None)
        answer = blocks[-1]
        tests = await asyncio.to_thread(self.tests, sample)
        if not tests.inputs or len(tests.inputs) != len(tests.outputs):
            raise ScorerError(
                f"contest: {len(tests.inputs)} inputs and {len(tests.outputs)} outputs; as many of both are needed"
            )
        if (longest := max(map(len, tests.outputs))) > CAP:
            raise ScorerError(f"contest: a right output of {longest} characters; accepted: at most {CAP}")
        execution = await context.sandbox.run(await asyncio.to_thread(self._program, answer, tests))
        problem = await asyncio.to_thread(judged, execution, tests)
        return Score(values={"accuracy": float(not problem)}, answer=answer, explanation=problem)

    def _program(self, answer: str, tests: Tests) -> Program:
        job = {"inputs": tests.inputs, "function": tests.function, "seconds": self.seconds}
        text = json.dumps(job)
        limits = Limits(
            seconds=(self.seconds + 1) * len(tests.inputs) + 10,
            memory_mb=self.memory_mb,
            output_bytes=max(OUTPUT_BYTES, 1 << (4 * sum(len(output) for output in tests.outputs)).bit_length()),
            disk_mb=64 + (2 * len(text) >> 20),
        )
        files = {"main.py": CHILD, "solution.py": answer, "job.json": text}
        return Program(command=("python", "main.py"), files=files, limits=limits)


def judged(execution: Execution, tests: Tests) -> str:
    """Return the problem of a solution, in one line; empty for a right one.

    Whatever it wrote in place of results is its own failure. Raises ScorerError for tests that are none.
    """
    try:
        results = json.loads(execution.stdout)["results"]
        pairs = [(str(ended), str(output)) for ended, output in results]
    except (ValueError, TypeError, KeyError, RecursionError):
        return explain(execution)
    for number, ((ended, output), expected) in enumerate(zip(pairs, tests.outputs, strict=False), start=1):
        where = f"test {number} of {len(tests.outputs)}"
        if ended == "error":
            return f"{where}: {output}"
        if ended != "ok":
            return f"{where}: no answer in time"
        same = _same_value if tests.function else same_text
        if len(output) > 2 * len(expected) + SLACK or not same(output, expected):
            return f"{where}: wrong"
    return "" if len(pairs) == len(tests.outputs) else "it left before its tests"


def _same_value(output: str, expected: str) -> bool:
    try:
        right: Any = json.loads(expected, parse_int=_integer)
    except ValueError:
        raise ScorerError(f"contest: a right answer is not JSON ({expected[:60]!r})") from None
    try:
        return bool(json.loads(output, parse_int=_integer) == right)
    except (ValueError, RecursionError):  # cut, or none at all, or deeper than any answer
        return False


def _integer(digits: str) -> int | Decimal:
    """Return an integer of any length: Python reads no more than 4,300 digits as one, and solutions may write more."""
    return int(digits) if len(digits) <= DIGITS else Decimal(digits)


def same_text(output: str, expected: str) -> bool:
    """Return whether two outputs are the same, line by line: as text without the blanks around, or as numbers."""
    left, right = (text.strip().split("\n") for text in (output, expected))
    if len(left) != len(right):
        return False
    return all(
        one.strip() == other.strip() or _same_numbers(one, other) for one, other in zip(left, right, strict=True)
    )


def _same_numbers(one: str, other: str) -> bool:
    try:
        return [Decimal(word) for word in one.split()] == [Decimal(word) for word in other.split()]
    except ArithmeticError:  # not a number, or one that equals nothing
        return False
