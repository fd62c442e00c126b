"""Opening the sandbox that the user asked for, once it is known to work."""

from __future__ import annotations

import os
import threading
from functools import cache, partial
from typing import Literal

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import bwrap
from pytest_evalscope.sandbox.processes import ProcessSandbox, execute
from pytest_evalscope.types import Program, Sandbox

SandboxKind = Literal["local", "unsafe", "off"]
KINDS: tuple[SandboxKind, ...] = ("local", "unsafe", "off")


def open_sandbox(kind: SandboxKind, *, workers: int = 1) -> Sandbox:
    """Return the sandbox of this kind, for one of `workers` processes that share the machine's cores.

    - `local`: bubblewrap's namespaces; no network, a read-only root, a folder in memory, every limit.
    - `unsafe`: a bare process of the user, who can read and write whatever the user can; only the limits of one
      process hold, and neither processes nor network are limited.
    - `off`: none; a benchmark that needs one is an error.

    Raises SandboxError when there is none, or it does not work on this machine.
    """
    most = max(1, (os.cpu_count() or 1) // workers)
    if kind == "off":
        raise SandboxError("sandbox: code of the model may not run (off)", hint="pass --eval-sandbox=local")
    if kind == "unsafe":
        return ProcessSandbox("unsafe", most)
    problem = available()
    if problem is not None:
        raise SandboxError(problem.message, hint=problem.hint)
    return ProcessSandbox("local", most, partial(bwrap.enclose, bwrap.find()))


@cache
def available() -> SandboxError | None:
    """Return why the `local` sandbox does not work here; None when it does. A program is run in it to see, once."""
    program = Program(command=("python", "-c", "print('ready')"))
    try:
        execution = execute(program, partial(bwrap.enclose, bwrap.find()), threading.Event())
    except SandboxError as error:
        return SandboxError(error.message.replace("sandbox:", "sandbox local:", 1), hint=bwrap.HINT)
    if execution.stdout != "ready\n":
        said = " ".join(execution.stderr.split())[-300:]
        return SandboxError(f"sandbox local: a first program failed in it ({said})", hint=bwrap.HINT)
    return None
