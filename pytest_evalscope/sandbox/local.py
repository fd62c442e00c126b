"""Programs as processes of this machine: confined by bubblewrap, or bare."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from tempfile import TemporaryDirectory

from pytest_evalscope.sandbox import bwrap
from pytest_evalscope.sandbox.launcher_protocol import LAUNCHER, LED, job_of, plain_environment
from pytest_evalscope.sandbox.supervise import supervise
from pytest_evalscope.types import Execution, Limits, Program

Enclose = Callable[[Limits], tuple[str, ...]]


def execute(program: Program, stop: threading.Event, *, enclose: Enclose | None = None) -> Execution:
    """Run `program` in this thread; setting `stop` ends it. Raises SandboxError.

    `enclose` gives the command line that confines what follows it; without one a program runs bare in a temporary
    folder, with the limits that bind a single process.
    """
    limits = program.limits
    # -I and -S: nothing of the user's may reach the launcher, and it starts in a third of the time.
    launcher: tuple[str, ...] = (sys.executable, "-I", "-S", "-c", LAUNCHER)
    rlimits = {"AS": limits.memory_mb << 20}
    if enclose is not None:
        # bubblewrap's own process in the namespace is one of them.
        rlimits["NPROC"] = limits.processes + 1
        job = job_of(program, python=sys.executable, rlimits=rlimits, drop=bwrap.is_root())
        command, env = (*enclose(limits), *launcher), _environment(bwrap.FOLDER)
        return supervise(command, cwd="/", env=env, stdin=job, limits=limits, stop=stop)
    with TemporaryDirectory(prefix="evalscope-sandbox-", ignore_cleanup_errors=True) as folder:
        # The user's other processes would count against a limit on processes, so a bare program goes without one.
        job = job_of(program, python=sys.executable, rlimits=rlimits, drop=False)
        led = sys.platform == "linux"
        if led:
            launcher = (*launcher[:-1], LED, str(os.getpid()), "0")
        return supervise(launcher, cwd=folder, env=_environment(folder), stdin=job, limits=limits, stop=stop, led=led)


def _environment(folder: str) -> dict[str, str]:
    """Return the whole environment of a program: nothing of this process's own."""
    return {
        **plain_environment(folder),
        "PATH": f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",  # noqa: PTH120  # text, not a file
    }
