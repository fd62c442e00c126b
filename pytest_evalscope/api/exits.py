"""`os._exit(0)` in code of the user's: the process ends at once, without gates and reports, as if all had passed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType

from pytest_evalscope.errors import place_of


def end_as_broken(broken: int) -> Callable[[], None]:
    """Have `os._exit(0)` in this process say so and end it with status `broken`; return a function that undoes it.

    A child that was forked has an exit of its own, and any other status is no success: both are left as they are.
    """
    process, leave, stderr = os.getpid(), os._exit, _stderr()

    def ends(status: int) -> None:
        if status == 0 and os.getpid() == process:
            status = broken
            if stderr is not None:
                os.write(stderr, f"\nevals: ended before their gates, by os._exit(0) at {_caller()}\n".encode())
        leave(status)

    def undo() -> None:
        nonlocal stderr
        if os._exit is ends:
            os._exit = leave
        if stderr is not None:
            os.close(stderr)
            stderr = None

    os._exit = ends  # type: ignore[assignment]  # it returns as little as the one that it calls
    return undo


def _stderr() -> int | None:
    """Return the terminal, wherever pytest sends what is written while a test runs; None for a closed one."""
    try:
        return os.dup(2)
    except OSError:
        return None


def _caller() -> str:
    passed: list[tuple[str, int]] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        passed.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return place_of(passed[::-1]) or "an unknown place"
