"""The sandboxes that run programs as processes of this machine: confined by bubblewrap, or bare."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import ceil
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import bwrap
from pytest_evalscope.sandbox.supervise import supervise
from pytest_evalscope.types import Execution, Limits, Program, clean

Enclose = Callable[[Limits], tuple[str, ...]]
LAUNCHER = Path(__file__).with_name("launcher.py").read_text(encoding="utf-8")
FILES = 256
"""Files a program may have open."""


class ProcessSandbox:
    """Runs programs as processes, at most `most` at a time; the others wait.

    `enclose` gives the command line that confines what follows it; without one a program runs bare in a temporary
    folder, with the limits that bind a single process.
    """

    def __init__(self, name: str, most: int, enclose: Enclose | None = None) -> None:
        self._name = name
        self._enclose = enclose
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=f"sandbox-{name}")
        self._running: set[threading.Event] = set()

    @property
    def name(self) -> str:
        """The kind, as the user named it."""
        return self._name

    async def run(self, program: Program) -> Execution:
        """Run `program` to its end or to a limit. Raises SandboxError when it could not be run at all."""
        _check(program)
        stop = threading.Event()
        self._running.add(stop)
        try:
            execution = await asyncio.wrap_future(self._pool.submit(execute, program, self._enclose, stop))
        finally:
            # Cancelled while it runs: the thread sees this and kills what it started.
            stop.set()
            self._running.discard(stop)
        return replace(execution, stdout=clean(execution.stdout), stderr=clean(execution.stderr))

    async def aclose(self) -> None:
        """End whatever still runs and wait until it is gone."""
        for stop in self._running:
            stop.set()
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


def execute(program: Program, enclose: Enclose | None, stop: threading.Event) -> Execution:
    """Run `program` in this thread; setting `stop` ends it. Raises SandboxError."""
    limits = program.limits
    # -I and -S: nothing of the user's may reach the launcher, and it starts in a third of the time.
    launcher = (sys.executable, "-I", "-S", "-c", LAUNCHER)
    if enclose is not None:
        job = _job(program, processes=limits.processes, drop=bwrap.is_root())
        command, env = (*enclose(limits), *launcher), _environment(bwrap.FOLDER)
        return supervise(command, cwd="/", env=env, stdin=job, limits=limits, stop=stop)
    with TemporaryDirectory(prefix="evalscope-sandbox-", ignore_cleanup_errors=True) as folder:
        # The user's other processes would count against a limit on processes, so a bare program goes without one.
        job = _job(program, processes=None, drop=False)
        return supervise(launcher, cwd=folder, env=_environment(folder), stdin=job, limits=limits, stop=stop)


def _check(program: Program) -> None:
    """Raise SandboxError for a file that is not to stand below the working folder."""
    for name in program.files:
        path = PurePosixPath(name)
        if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise SandboxError(f"sandbox: not a path below the working folder ({name!r}); a relative path is")


def _job(program: Program, *, processes: int | None, drop: bool) -> bytes:
    """Return what the launcher reads, and the program's stdin behind it."""
    limits = program.limits
    command = [sys.executable if part == "python" else part for part in program.command[:1]]
    rlimits = {
        "AS": limits.memory_mb << 20,
        "CORE": 0,
        "CPU": ceil(limits.seconds),
        "FSIZE": limits.disk_mb << 20,
        "NOFILE": FILES,
        # bubblewrap's own process in the namespace is one of them.
        **({} if processes is None else {"NPROC": processes + 1}),
    }
    job: dict[str, Any] = {
        "command": [*command, *program.command[1:]],
        "files": dict(program.files),
        "limits": rlimits,
        "drop": drop,
    }
    text = json.dumps(job).encode()
    return b"%d\n%b%b" % (len(text), text, program.stdin.encode("utf-8", "replace"))


def _environment(folder: str) -> dict[str, str]:
    """Return the whole environment of a program: nothing of this process's own."""
    return {
        "HOME": folder,
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",  # noqa: PTH120  # text, not a file
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TMPDIR": folder,
    }
