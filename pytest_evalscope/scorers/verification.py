"""Equality of mathematical expressions by math-verify, in a process that is bounded in time."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from threading import Timer

from pytest_evalscope.errors import MissingExtra, ScorerError

_START = 120.0
_WAIT = 60.0
"""Seconds of wall time before a process is given up; its CPU time is bounded far below (`verify_child.CPU_SECONDS`)."""
_RUN = "import sys; sys.path[:] = {path!r}; from pytest_evalscope.scorers.verify_child import main; main()"


@cache
def require_math_verify() -> None:
    """Raise MissingExtra when math-verify is not installed."""
    if find_spec("math_verify") is None:
        raise MissingExtra("math", "math-verify", "pip install 'pytest-evalscope[math]'")


class Verification:
    """One child process that compares, started with the first comparison and replaced when one ends it.

    `run_in_executor(verification.executor, verification.equal, golds, answer)`: the executor has one thread, which
    keeps comparisons apart.
    """

    def __init__(self) -> None:
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="math-verify")
        self._process: subprocess.Popen[str] | None = None

    def equal(self, golds: Sequence[str], answer: str) -> bool | None:
        """Return whether `answer` equals one of `golds`; None when the comparison would exceed the bounds.

        Raises ScorerError when the process cannot be started or does not respond at all, MissingExtra.
        """
        require_math_verify()
        process = self._process or self._start()
        line = self._request(process, json.dumps({"gold": list(golds), "answer": answer}), _WAIT)
        if line:
            right: bool | None = json.loads(line).get("right")
            return right
        code = self.close()
        if code == -9:
            raise ScorerError(f"math: math-verify was ended ({_WAIT:g} s without a result, or out of memory)")
        return None

    def close(self) -> int | None:
        """End the process and return its exit code; None without a process."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.close()
        except OSError:
            pass  # unwritten input has no reader any more
        try:
            process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
        return process.wait()

    def _start(self) -> subprocess.Popen[str]:
        self._process = process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _RUN.format(path=sys.path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", start_new_session=True,  # Ctrl-C is for the parent, which then ends it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )  # fmt: skip
        if not self._request(process, "", _START):
            code = self.close()
            raise ScorerError(f"math: math-verify cannot be started (exit code {code}); is its installation complete?")
        return process

    @staticmethod
    def _request(process: subprocess.Popen[str], line: str, seconds: float) -> str:
        """Return the line that answers `line`; empty when the process ended, or was ended after `seconds`."""
        assert process.stdin is not None
        assert process.stdout is not None
        guard = Timer(seconds, process.kill)
        guard.daemon = True
        guard.start()
        try:
            if line:
                process.stdin.write(line + "\n")
                process.stdin.flush()
            return process.stdout.readline()
        except OSError:
            return ""
        finally:
            guard.cancel()


@cache
def verification() -> Verification:
    """Return this process's verification; it is closed when Python ends."""
    made = Verification()
    atexit.register(made.close)
    return made
