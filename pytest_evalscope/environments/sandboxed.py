"""An environment with files and a shell, within the run's sandbox."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from math import ceil
from pathlib import Path
from typing import Annotated, Any

from pytest_evalscope.environments.files import BYTES, COUNT, Files
from pytest_evalscope.errors import EnvironmentFailed, SandboxError, UnknownName
from pytest_evalscope.types import Execution, Limits, Machine, Program, Sample, Sandbox, Tool, clean
from pytest_evalscope.types.tools import bound, state_tool

MARGIN = 15.0
"""Seconds beyond a command's own in which its files are written and read."""

LIMITS = Limits(seconds=30.0)
"""Limits of a command unless the environment says otherwise."""

Contents = Mapping[str, "str | bytes"]
"""Path → content."""
Verdict = Callable[[Machine, Sample], Awaitable["Mapping[str, Any] | None"]]
"""Session and sample → how it ended; what it writes and runs leaves the session's files as they were."""


async def bash(session: Machine, command: Annotated[str, "one or more lines"]) -> str:
    """Run a command in the shell, in the session's folder; there is no network, and nothing is left running."""
    done = await session.exec(command)
    ended = f"exit code {done.exit_code}" if done.ended == "exit" else f"ended by {done.ended}"
    said = [done.stdout, f"stderr:\n{done.stderr}" if done.stderr else ""]
    return "\n".join([ended, *(text.rstrip("\n") for text in said if text)])


async def read_file(session: Machine, path: Annotated[str, "relative to the session's folder"]) -> str:
    """Return the text of a file."""
    return (await session.read(path)).decode("utf-8", "replace")


async def write_file(session: Machine, path: Annotated[str, "relative to the session's folder"], content: str) -> str:
    """Make or replace a file."""
    await session.write(path, content)
    return f"written: {path}"


TOOLS: Mapping[str, Tool] = {
    each.name: each for each in (state_tool(bash), state_tool(read_file), state_tool(write_file))
}
"""Tools that a model may call in a session."""


@dataclass(frozen=True, slots=True)
class sandboxed:  # noqa: N801 - it is called like a function in a benchmark's slots: `environment=sandboxed(…)`
    """Give each sample a folder of files, and a shell in the run's sandbox (`--eval-sandbox`), without network.

    Every command runs in a fresh sandbox among the session's files, which are kept from one command to the next,
    folders and symbolic links too; 16 MiB and 4096 files at most. Not kept are background processes, the working
    directory, the shell's variables, and whatever is written elsewhere. A command has all of `limits` for itself.

    The model's tools are `bash(command)`, `read_file(path)` and `write_file(path, content)`, or those of them that
    `tools` names. Raises UnknownName for another name.
    """

    files: Contents | Callable[[Sample], Contents] = field(default_factory=dict)
    """Files at the start: path → content."""
    verdict: Verdict | None = None
    tools: Sequence[str] = tuple(TOOLS)
    limits: Limits = LIMITS
    image: str = ""
    """The container image that suits it, where the sandbox runs images and the user named none."""
    needs: tuple[str, ...] = field(default=("sandbox",), init=False)
    sandbox: Sandbox | None = field(default=None, repr=False)
    """The run's own, which it fills in."""

    def __post_init__(self) -> None:
        for name in self.tools:
            if name not in TOOLS:
                raise UnknownName("sandboxed: tool", name, TOOLS)

    def in_sandbox(self, sandbox: Sandbox | None) -> sandboxed:
        """Return the same environment in the run's sandbox."""
        return replace(self, sandbox=sandbox)

    async def start(self, sample: Sample, seed: int) -> Machine:
        """Return a session with the files of the sample. Raises EnvironmentFailed without a sandbox."""
        if self.sandbox is None:
            raise EnvironmentFailed("environment: sandboxed() has no sandbox to run in; --eval-sandbox names one")
        session = _Session(self, self.sandbox, sample)
        for path, content in (self.files(sample) if callable(self.files) else self.files).items():
            await session.write(path, content)
        return session


class _Session:
    def __init__(self, environment: sandboxed, sandbox: Sandbox, sample: Sample) -> None:
        self.tools: tuple[Tool, ...] = tuple(bound(TOOLS[name], self) for name in environment.tools)
        self._environment = environment
        self._sandbox = sandbox
        self._sample = sample
        self._files = Files()
        self._one = asyncio.Lock()

    async def exec(self, command: str | Sequence[str], *, stdin: str = "", seconds: float | None = None) -> Execution:
        limits = self._environment.limits
        token = secrets.token_hex(16)
        async with self._one:  # two at once would each bring back files without the other's
            job = {
                **self._files.packed(),
                "token": token,
                "command": command if isinstance(command, str) else list(command),
                "stdin": base64.b64encode(clean(stdin).encode()).decode(),
                "seconds": limits.seconds if seconds is None else seconds,
                "output": limits.output_bytes,
                "bytes": BYTES,
                "count": COUNT,
            }
            return self._taken(await self._run(job), token)

    async def _run(self, job: Mapping[str, Any]) -> Execution:
        limits = self._environment.limits
        # All that the child prints is base64, which takes four thirds of what it spells.
        room = ceil((BYTES + 2 * limits.output_bytes) * 4 / 3) + COUNT * 1024
        seconds = job["seconds"] + MARGIN
        program = Program(
            command=("python", "-I", "-c", _child()),
            stdin=json.dumps(job),
            limits=replace(limits, seconds=seconds, output_bytes=room, processes=limits.processes + 1),
            image=self._environment.image,
        )
        try:
            return await self._sandbox.run(program)
        except SandboxError as error:
            raise EnvironmentFailed(f"environment: {error.message}", hint=error.hint) from error

    def _taken(self, whole: Execution, token: str) -> Execution:
        """Return what came of the command, and keep the session's files as it left them."""
        _, found, answer = whole.stdout.rpartition(token)
        try:
            reported = json.loads(answer if found else "{}")
            done = _execution(reported, whole)
            if "problem" not in reported:
                self._files.take(reported)
        except (ValueError, KeyError, TypeError, AttributeError):
            # The command took the child down with it, or made up what that would have said.
            ended = "signal" if whole.ended == "exit" else whole.ended
            said = f"the command ended its own shell ({whole.ended}); the files are as they were before\n"
            return Execution(ended=ended, exit_code=None, stdout="", stderr=said, seconds=whole.seconds)
        return done

    async def read(self, path: str) -> bytes:
        return self._files.read(path)

    async def write(self, path: str, data: bytes | str) -> None:
        self._files.write(path, clean(data).encode() if isinstance(data, str) else data)

    async def verdict(self) -> Mapping[str, Any] | None:
        judge = self._environment.verdict
        if judge is None:
            return None
        kept = self._files.copy()
        try:
            return await judge(self, self._sample)
        finally:
            self._files = kept

    async def snapshot(self) -> dict[str, str]:
        """Return a few digits of a hash for each file."""
        return {path: hashlib.sha256(each.data).hexdigest()[:12] for path, each in sorted(self._files.files.items())}

    async def aclose(self) -> None:
        """Do nothing: nothing runs between two commands."""


def _execution(reported: Mapping[str, Any], whole: Execution) -> Execution:
    """Return what a child says of its command. Raises ValueError, KeyError or TypeError for what says nothing."""
    ended, code = reported["ended"], reported["code"]
    if ended not in ("exit", "signal", "timeout", "output") or (type(code) is not int) is (ended == "exit"):
        raise ValueError("no such end")
    stdout, stderr = (clean(base64.b64decode(reported[n]).decode("utf-8", "replace")) for n in ("stdout", "stderr"))
    if "problem" in reported:
        stderr += f"\n{str(reported['problem'])[:200]}; the files are as they were before\n"
    return Execution(ended=ended, exit_code=code, stdout=stdout, stderr=stderr, seconds=whole.seconds)


@cache
def _child() -> str:
    return Path(__file__).with_name("session_child.py").read_text(encoding="utf-8")
