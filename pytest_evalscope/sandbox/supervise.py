"""One command, run to its end or to a limit: output, time, and the end of everything it started."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, Literal

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox.launcher import READY
from pytest_evalscope.sandbox.launcher_protocol import CONTAINER_MEMORY_MB
from pytest_evalscope.sandbox.tree import below, end_below, memory_of
from pytest_evalscope.types import Execution, Limits

START = 30.0
"""Seconds in which the launcher must be ready, on however busy a machine."""
TICK = 0.05
"""Seconds between two looks at whether the process has ended or is to be stopped."""
LOOK = 0.2
"""Seconds between two looks at the processes of a program and their memory."""
CHUNK = 1 << 16
SIGNALS = 64
"""Number of signals of Linux, which every container has, whatever system its daemon is called from."""
SIGXCPU = 24
"""Linux and macOS end a process by this signal at its limit of CPU time; Windows has no name for it."""
OWN = 4
"""Processes that may be the sandbox's own."""
Ended = Literal["exit", "signal", "timeout", "memory", "output"]
Cause = Ended | Literal[""]


def supervise(
    command: Sequence[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    stdin: bytes,
    limits: Limits,
    stop: threading.Event,
    led: bool = False,
) -> Execution:
    """Run `command` in a session of its own, in this thread. Raises SandboxError when the program never began.

    Time counts from the launcher's READY. Setting `stop` ends the program. The program and all that it
    started have the limits on memory and processes together. Whatever the end, the whole process
    group is killed, and where it is `led`, whatever else is below its leader.
    """
    process = subprocess.Popen(  # noqa: S603  # this is what a sandbox is for
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdin, process.stdout, process.stderr:
        started = monotonic()
        watch = _Watch(process, process.stdin, process.stdout, process.stderr, memoryview(stdin), limits)
        try:
            cause = watch.until_end(stop)
        finally:
            if led and process.returncode is None:
                end_below(process.pid)
            _kill(process)
            watch.drain()
        return watch.execution(cause, monotonic() - (watch.began or started))


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The leader may be gone and members of its group alive; until it is waited for, its number is not given anew.
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class _Watch:
    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]
    to_write: memoryview
    limits: Limits
    texts: dict[str, bytearray] = field(default_factory=lambda: {"stdout": bytearray(), "stderr": bytearray()})
    began: float | None = None
    """Time at which the launcher was ready, by the monotonic clock; None before."""
    looked: float = 0.0

    def until_end(self, stop: threading.Event) -> Cause:
        """Return which limit it passed; "" when it ended by itself."""
        with selectors.DefaultSelector() as selector:
            for stream, name in ((self.stdout, "stdout"), (self.stderr, "stderr"), (self.stdin, "stdin")):
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_WRITE if name == "stdin" else selectors.EVENT_READ, name)
            deadline = monotonic() + START
            while not _has_ended(self.process):
                if stop.is_set() or monotonic() > deadline:
                    return "timeout"
                if not selector.get_map():  # it closed its streams: its end is all that is left to wait for
                    stop.wait(TICK / 10)
                    continue
                for key, _ in selector.select(TICK):
                    if not self._serve(key.data):
                        selector.unregister(key.fileobj)
                        if key.data == "stdin":
                            self.stdin.close()
                if self._has_just_begun():
                    deadline = monotonic() + self.limits.seconds
                if excess := self._excess():
                    return excess
        return ""

    def _excess(self) -> Cause:
        """Return which limit is passed: on output, or on all processes together, which are looked at now and then."""
        if self._is_over():
            return "output"
        now = monotonic()
        if self.began is None or now < max(self.began, self.looked) + LOOK:
            return ""
        self.looked = now
        numbers = below(self.process.pid)
        if len(numbers) > self.limits.processes + OWN:
            return "signal"
        return "memory" if memory_of(numbers) > min(self.limits.memory_mb, CONTAINER_MEMORY_MB) << 20 else ""

    def _serve(self, name: str) -> bool:
        """Move what can be moved on one stream; False when it is done with."""
        try:
            if name == "stdin":
                self.to_write = self.to_write[os.write(self.stdin.fileno(), self.to_write[:CHUNK]) :]
                return bool(self.to_write)
            data = os.read((self.stdout if name == "stdout" else self.stderr).fileno(), CHUNK)
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        self.texts[name] += data
        return bool(data)

    def _has_just_begun(self) -> bool:
        if self.began is not None or not self.texts["stderr"].startswith(READY):
            return False
        del self.texts["stderr"][: len(READY)]
        self.began = monotonic()
        return True

    def _is_over(self) -> bool:
        return max(map(len, self.texts.values())) > self.limits.output_bytes

    def drain(self) -> None:
        """Take what was written before the end and not yet read, up to the limit."""
        for name in ("stderr", "stdout"):
            size = -1
            while len(self.texts[name]) > size and not self._is_over():
                size = len(self.texts[name])
                self._serve(name)
        self._has_just_begun()

    def execution(self, cause: Cause, seconds: float) -> Execution:
        """Return the execution's result. Raises SandboxError."""
        stdout, stderr = (bytes(self.texts[name][: self.limits.output_bytes]) for name in ("stdout", "stderr"))
        if self.began is None:
            said = " ".join(stderr.decode("utf-8", "replace").split())[-300:]
            raise SandboxError(f"sandbox: the program could not be started ({said or cause or 'no reason given'})")
        return concluded(self.process.returncode, stdout, stderr, seconds, cause=cause, over=self._is_over())


def concluded(
    code: int, stdout: bytes, stderr: bytes, seconds: float, *, cause: Cause = "", over: bool = False
) -> Execution:
    """Return the result of a program.

    `code` is what its process left (-n or 128 + n: signal n), `cause` the limit for which it was ended, `over` whether
    it wrote more than it may before it ended by itself.
    """
    # bwrap, as a shell does, gives 128 + n for a program that signal n ended; Popen gives -n.
    number = -code if code < 0 else code - 128 if 128 < code <= 128 + SIGNALS else 0
    ended: Ended = "exit"
    if cause:
        ended = cause
    elif number:
        ended = "timeout" if number == SIGXCPU else "signal"
    elif over:
        ended = "output"
    elif code and stderr.rstrip().rpartition(b"\n")[2].startswith(b"MemoryError"):
        ended = "memory"
    return Execution(
        ended=ended,
        exit_code=code if ended == "exit" else None,
        stdout=stdout.decode("utf-8", "replace"),
        stderr=stderr.decode("utf-8", "replace"),
        seconds=seconds,
    )


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return whether the process has ended; its status is left unread, so that its number still names its group."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
