"""Scoring of code by running it with its tests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from pytest_evalscope.errors import SandboxError, UnknownName
from pytest_evalscope.scorers.probes import Packages, require_packages
from pytest_evalscope.text import fenced_blocks, fields, fill
from pytest_evalscope.types import Completion, Context, Execution, Limits, Program, Sample, Score

LANGUAGES = frozenset({"", "py", "py3", "python", "python3"})
NAME = "program"
NO_SANDBOX = 'a benchmark that runs code says needs=("sandbox",)'
COMMAND = ("python", "-c", f"import {NAME}")
"""Imported and not run as a script: as in the reference implementations, what a solution does "if main" is not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class code:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=code(program="…")`
    """1 when the completion's code passes its tests in the sandbox, else 0.

    The code is the first Python block of the completion (or the last), or the whole completion where it has no block.
    It passes when the program made of it runs to its last line: one that leaves early, though with exit code 0, does
    not. Without the `packages` in the sandbox no request is made.
    """

    program: str = "{code}\n{test}"
    """Template of the program: `{code}`, or `{literal}` for the code as a Python string, and every text in the
    sample's metadata."""
    block: Literal["first", "last"] = "first"
    between: tuple[str, str] = ("", "")
    """Markers that the prompt wants around the code, such as `[BEGIN]` and `[DONE]`; a completion may lack either."""
    stop: tuple[str, ...] = ()
    """Markers that end the code, themselves not part of it."""
    limits: Limits = field(default_factory=Limits)
    packages: Packages = ()
    """Packages that the tests import and Python alone does not have; subset → names where they differ."""
    image: str = ""
    """The container image that has all of them, for sandboxes that run images."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        if not {"code", "literal"} & fields(self.program):
            raise UnknownName("code: place of the code in the template", self.program, ["{code}"])

    async def ready(self, subset: str, context: Context) -> None:
        """Raise SandboxError when a package that the tests of this subset import is missing in the sandbox."""
        await require_packages(context.sandbox, self.packages, subset, self.image)

    async def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises SandboxError without a sandbox, or when a run fails."""
        if context.sandbox is None:
            raise SandboxError("code: no sandbox is open", hint=NO_SANDBOX)
        answer = self._find(completion.text)
        if answer is None:
            return Score(values={"accuracy": 0.0}, answer=None)
        texts = {name: value for name, value in sample.metadata.items() if isinstance(value, str)}
        # Only a program that reached its last line can write a token that was unknown before.
        passed = f"passed {secrets.token_hex(8)}"
        text = fill(self.program, {**texts, "code": answer, "literal": repr(answer)})
        text += f"\n\n__import__('os').write(1, b'\\n{passed}\\n')\n"
        program = Program(command=COMMAND, files={f"{NAME}.py": text}, limits=self.limits, image=self.image)
        execution = await context.sandbox.run(program)
        right = execution.ok and passed in execution.stdout
        return Score(values={"accuracy": float(right)}, answer=answer, explanation="" if right else explain(execution))

    def _find(self, text: str) -> str | None:
        """Return the code of the completion; None for a completion without any."""
        begin, end = self.between
        if begin:
            text = text.rpartition(begin)[2]
        if end:
            text = text.partition(end)[0]
        blocks = [block.text for block in fenced_blocks(text) if block.language in LANGUAGES]
        found = blocks[0 if self.block == "first" else -1] if blocks else text
        for marker in self.stop:
            found = found.partition(marker)[0]
        return found if found.strip() else None


def explain(execution: Execution) -> str:
    """Say in one line why the program did not pass."""
    if execution.ok:
        return "it left before its tests"
    if execution.ended != "exit":
        return f"ended by {execution.ended}"
    return execution.stderr.rstrip().rpartition("\n")[2][:500] or f"exit code {execution.exit_code}"
