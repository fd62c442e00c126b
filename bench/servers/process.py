"""Processes that end for sure: each has a group of its own, which is ended as a whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ENDING_SECONDS = 10.0
"""Seconds in which a process may end by itself after a signal."""


class CannotBeHad(Exception):
    """A server that is not to be had here, with the reason."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[object], log: Path, environment: Mapping[str, str | None] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command whose output goes to `log`, and end all that it started, however the block is left.

    A variable of `environment` that is None is taken out of the child's.
    """
    variables = {**os.environ, **(environment or {})}
    with log.open("ab") as output:
        child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=log.parent, start_new_session=True,
            env={name: value for name, value in variables.items() if value is not None},
        )  # fmt: skip
    try:
        yield child
    finally:
        end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a process and its group: politely, then for sure."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(ENDING_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def wait_until(child: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, seconds: float) -> None:
    """Wait until a server is ready. Raises CannotBeHad with the end of its log when it ends, or after `seconds`."""
    until = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None:
            raise CannotBeHad(f"it ended by itself (exit {child.returncode}): {last_words(log)}")
        if time.monotonic() > until:
            raise CannotBeHad(f"it was not ready after {seconds:g} s: {last_words(log)}")
        time.sleep(0.2)


def responds(url: str) -> bool:
    """Return whether a URL gives HTTP 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def listens(port: int) -> bool:
    """Return whether somebody accepts connections on a port of loopback."""
    with socket.socket() as made:
        return made.connect_ex(("127.0.0.1", port)) == 0


def last_words(log: Path) -> str:
    """Return the last line of a log that says something."""
    lines = [each.strip() for each in log.read_text("utf-8", "replace").splitlines() if each.strip()]
    return lines[-1][:300] if lines else "it said nothing"
