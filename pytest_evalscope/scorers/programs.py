"""Scoring of code by running it with its tests."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pytest_evalscope.errors import SandboxError, ScorerError, UnknownName
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.scorers.probes import Packages, require_packages
from pytest_evalscope.scorers.running.sources import source
from pytest_evalscope.scorers.running.wire import UNSOUND
from pytest_evalscope.text import fields, fill
from pytest_evalscope.text.answers.clean import without_tokens
from pytest_evalscope.text.fences import FENCE, code_blocks
from pytest_evalscope.text.python import completed, defines, is_session, needed, unbound, without_prose
from pytest_evalscope.types import Completion, Context, Execution, Limits, Program, Sample, Score

LANGUAGES = frozenset({"ipython", "py", "python"})
THOUGHT = ("</", "[/", "◁/", "<|")
"""Beginnings of what ends a thought."""
NO_TEXTS: Mapping[str, str] = MappingProxyType({})
_NAME = re.compile(r"[^\W\d]\w*")
NAME = "program"
NO_SANDBOX = 'a benchmark that runs code says needs=("sandbox",)'
PLACE = re.compile(r"(?:^|[\n}])\{code\}(?=\n|$)")
"""The code in a template on a line of its own, or behind another text: what follows can be run apart from it."""
Form = Literal["apart", "together", "unittest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class code:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=code(program="…")`
    """1 when the completion's code passes its tests in the sandbox, else 0.

    The code is the first Python block of the completion (or the last), the first one that names no language where none
    is Python's, or the whole completion where it has no block. A block that defines what the tests use comes first,
    with what it uses of the others. What is typed at a prompt (`>>>`) is no program; sentences around one without a
    block are left out. Blocks and thoughts are read as models write them: in lists, behind other words, cut off.
    It is imported as a module, in a process that never has the tests: these are what follows `{code}` in the template,
    and run in another process, where the code's names are functions that call it and only plain values are equal. It
    passes when the tests run to their last line. Without the `packages` in the sandbox no request is made.
    """

    program: str = "{code}\n{test}"
    """Template of the program: `{code}`, or `{literal}` for the code as a Python string, and every text in the
    sample's metadata."""
    form: Form = "apart"
    """Place of the tests: `apart` from the code; `together` with it in one process, for tests that patch it or look at
    what is no plain value; `unittest`, together too, where they are the methods of a class `TestCases`. A template that
    has the code elsewhere than on a line of its own is run together."""
    block: Literal["first", "last"] = "first"
    between: tuple[str, str] = ("", "")
    """Markers that the prompt wants around the code, such as `[BEGIN]` and `[DONE]`; a completion may lack either. The
    first end behind the first beginning counts, and a marker within a sentence only where no line begins with one."""
    stop: tuple[str, ...] = ()
    """Markers that end the code, themselves not part of it."""
    entry: str = ""
    """Template of the names that the tests use, such as `{entry_point}`: of the code only that is run which these need,
    and not the model's own tests, prints and input (`text.python.needed`). Empty: all of it."""
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
        texts = {name: value for name, value in sample.metadata.items() if isinstance(value, str)}
        answer = self._find(completion.text, texts)
        if answer is None:
            return Score(values={"accuracy": 0.0}, answer=None)
        # What nobody in the sandbox knows but the process of the tests.
        proof = f"passed {secrets.token_hex(16)}"
        program = self._program({**texts, "code": answer, "literal": repr(answer)}, proof)
        execution = await context.sandbox.run(program)
        used = proven(execution, proof)
        if used == 0 and fields(self.program.rpartition("{code}")[2]):
            raise ScorerError("code: the tests of this sample use nothing of the code, so any would pass")
        right = used is not None
        return Score(values={"accuracy": float(right)}, answer=answer, explanation="" if right else explain(execution))

    def _program(self, texts: dict[str, str], proof: str) -> Program:
        """Return the program that runs the tests; they and the proof are in its stdin, which the code never sees."""
        place = PLACE.search(self.program)
        form = self.form
        if place is None:
            head, tests, code_text = "", fill(self.program, texts), ""
            form = "together" if form == "apart" else form
        else:
            head, tests = self._above(texts), fill(self.program[place.end() :], texts)
            code_text = texts["code"]
        job = {"tests": tests, "head": head, "proof": proof, "form": "unittest" if form == "unittest" else "assert"}
        return Program(
            command=("python", "-c", source("apart" if form == "apart" else "together")),
            files={f"{NAME}.py": head + code_text},
            stdin=json.dumps(job),
            limits=self.limits,
            image=self.image,
        )

    def _find(self, text: str, texts: Mapping[str, str] = NO_TEXTS) -> str | None:
        """Return the code of the completion that is run; None for a completion without any."""
        text = between(without_thoughts(text), *self.between)
        names = _NAME.findall(fill(self.entry, texts)) if self.entry else ()
        blocks = code_blocks(text, LANGUAGES)
        every = (blocks, code_blocks(text, ()) if names else [])
        used = names or (self._used(texts) if len(blocks) > 1 else ())
        if used:
            blocks = next(filter(None, ([one for one in some if defines(one, used)] for some in every)), blocks)
        blocks = [block for block in blocks if not is_session(block)] or blocks
        found = blocks[0 if self.block == "first" else -1] if blocks else text
        for marker in self.stop:
            found = found.partition(marker)[0]
        if used and defines(found, used):
            found = completed(found, [block for some in every for block in some if block != found], self._above(texts))
        if names:
            found = needed(found, names, self._above(texts))
        elif not blocks and PLACE.match(self.program):
            found = without_prose(found)
        return found if found.strip() else None

    def _used(self, texts: Mapping[str, str]) -> Collection[str]:
        """Return the names that the tests use and do not define themselves, where they are known before they run."""
        place = PLACE.search(self.program)
        return unbound(fill(self.program[place.end() :], texts)) if place else ()

    def _above(self, texts: Mapping[str, str]) -> str:
        """Return what the template puts above the code."""
        place = PLACE.search(self.program)
        return fill(self.program[: place.end() - len("{code}")], texts) if place else ""


def without_thoughts(text: str) -> str:
    """Return a completion without thoughts, which models leave out where they are read, and tokens of a chat."""
    signed = any(sign[0] in text and sign in text for sign in THOUGHT)
    return without_tokens(split_reasoning(text)[1] if signed else text)


def between(text: str, begin: str, end: str) -> str:
    """Return the text between the markers `begin` and `end`, either of which may be empty or lacking."""
    if not any(marker and marker in text for marker in (begin, end)):
        return text
    start, stop = _place(text, begin), _place(text, end)
    own = max(start, stop) >= 0
    if not own:
        start, stop = text.find(begin) if begin else -1, text.find(end) if end else -1
    if start >= 0 and (not 0 <= stop < start or not text[:stop].strip()):
        start += len(begin)
        stop = text.find(end, start) if end else -1
    else:  # the prompt ended with the first one
        start = 0
    found = text[start : stop if stop >= 0 else None]
    if found.startswith("**\n"):  # the markers are bold
        found = found.removeprefix("**").removesuffix("**")
    # A sentence about the markers has no code between them.
    return found if own or FENCE in found or FENCE not in text else text


def _place(text: str, marker: str) -> int:
    """Return where a line begins with the marker, or else ends with it; -1 where none does."""
    if not marker or marker not in text:
        return -1
    word = re.escape(marker)
    for pattern in (rf"^[ \t*`]*(?={word})", rf"(?={word}[ \t*`]*$)"):
        if found := re.search(pattern, text, re.MULTILINE):
            return found.end()
    return -1


def proven(execution: Execution, proof: str) -> int | None:
    """Return the number behind the proof of passing; None for a program that has not passed.

    Raises ScorerError when the tests themselves cannot be run.
    """
    if execution.ended == "exit" and execution.exit_code == UNSOUND:
        raise ScorerError(f"code: the tests of this sample cannot be run ({explain(execution)})")
    found = re.search(rf"^{proof} (\d+)$", execution.stdout, re.MULTILINE) if execution.ok else None
    return int(found[1]) if found else None


def explain(execution: Execution) -> str:
    """Say in one line why the program did not pass."""
    if execution.ok:
        return "it left before its tests"
    if execution.ended != "exit":
        return f"ended by {execution.ended}"
    return execution.stderr.rstrip().rpartition("\n")[2][:500] or f"exit code {execution.exit_code}"
