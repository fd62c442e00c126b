"""Leader of a program on Linux that no namespace of ours ends: a bare one, or one in a container.

It outlives the program to end what that started, also when pytest is killed. Its text follows those of `tree` and
`launcher`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from pytest_evalscope.sandbox.launcher import main
from pytest_evalscope.sandbox.tree import end_below

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def lead(parent: int, seconds: int) -> None:
    """Start the program, and leave as it does: then nothing of it is left.

    It leaves also when the process `parent` ends, of which 0 means none, and after `seconds`, of which 0 means never.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    own = os.getpid()

    def stop(*_: object) -> None:
        end_below(own)
        os._exit(1)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    if parent:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    program = os.fork()
    if not program:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        main()
    number = status = 0
    while number != program:
        number, status = os.wait()
    end_below(own)
    if os.WIFSIGNALED(status):
        os._exit(128 + os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    lead(*map(int, sys.argv[1:]))
