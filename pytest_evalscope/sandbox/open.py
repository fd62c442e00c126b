"""The sandbox that the user chose, opened after a check that it works."""

from __future__ import annotations

import os
import threading
from functools import cache, partial

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.sandbox import bwrap, docker
from pytest_evalscope.sandbox.enclave import EnclaveSandbox, require_server
from pytest_evalscope.sandbox.kinds import checked_kind
from pytest_evalscope.sandbox.local import execute
from pytest_evalscope.sandbox.pool import PooledSandbox
from pytest_evalscope.sandbox.systems import problem_here, why_refused
from pytest_evalscope.types import Program, Sandbox


def open_sandbox(kind: str, *, workers: int = 1) -> Sandbox:
    """Return the sandbox of this kind, for one of `workers` processes that share the machine's cores.

    - `local`: bubblewrap's namespaces; no network, a read-only root, a folder in memory, every limit.
    - `docker`, `docker:IMAGE`: a container for each program, with the same bounds; the image must be there.
    - `enclave:URL`, `enclave:URL#IMAGE`: a container for each program on an ms-enclave server.
    - `unsafe`: a bare process of the user, who can read and write whatever the user can; only the limits of one
      process apply, and neither processes nor network are limited.
    - `off`: none; a benchmark that needs one is an error.

    Raises SandboxError for `off` and for one that does not work on this machine; UsageError for another kind.
    """
    name, _, rest = checked_kind(kind, "sandbox").partition(":")
    most = max(1, (os.cpu_count() or 1) // workers)
    if name == "off":
        raise SandboxError("sandbox: code of the model may not run (off)", hint="pass --eval-sandbox=local")
    if name == "docker":
        docker.require_daemon(rest)
        return PooledSandbox("docker", most, partial(docker.execute, image=rest))
    if name == "enclave":
        url, _, image = rest.partition("#")
        require_server(url.rstrip("/"))
        return EnclaveSandbox(url.rstrip("/"), image, most)
    if name == "unsafe":
        if (refused := problem_here(name)) is not None:
            raise refused
        return PooledSandbox("unsafe", most, execute)
    problem = available()
    if problem is not None:
        raise SandboxError(problem.message, hint=problem.hint)
    return PooledSandbox("local", most, partial(execute, enclose=partial(bwrap.enclose, bwrap.find())))


def available() -> SandboxError | None:
    """Return why the `local` sandbox does not work here; None when it does. It runs one program to find out, once."""
    return problem_here("local") or _tried()


@cache
def _tried() -> SandboxError | None:
    program = Program(command=("python", "-c", "print('ready')"))
    try:
        execution = execute(program, threading.Event(), enclose=partial(bwrap.enclose, bwrap.find()))
    except SandboxError as error:
        return SandboxError(error.message.replace("sandbox:", "sandbox local:", 1), hint=why_refused())
    if execution.stdout != "ready\n":
        said = " ".join(execution.stderr.split())[-300:]
        return SandboxError(f"sandbox local: a test program failed ({said})", hint=why_refused())
    return None
