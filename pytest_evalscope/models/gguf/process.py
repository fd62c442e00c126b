"""The child process that llama.cpp's server runs in."""

from __future__ import annotations

import atexit
import json
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.http.errors import one_line

_SCRIPT = Path(__file__).with_name("server.py")
DYING_SECONDS = 0.5
"""Seconds to wait for a process that no longer answers."""
_REASON = re.compile(r"error loading model: ([^\n]{1,300})")


class ServerProcess:
    """llama.cpp's server: silent, on a loopback port, open only to those who know its key.

    It lives until `stop`, or until this process ends, in whatever way it does. Methods block; `stop` may be called from
    another thread while `start` waits, which then fails.
    """

    def __init__(self, name: str, model: Mapping[str, Any]) -> None:
        self._name = name
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> tuple[str, str]:
        """Start the server; return its URL and its key once the model is loaded. Raises ModelError."""
        key = secrets.token_urlsafe(24)
        order = {"path": sys.path, "model": {**self._model, "key": key}}
        with tempfile.TemporaryFile() as log:
            process = self._process = spawn(_SCRIPT, log)
            atexit.register(self.stop)
            answer = exchange(process, order)
            if "url" in answer:
                return answer["url"], key
            self.stop()
            raise not_loaded(self._name, log, answer)

    def exit_code(self) -> int | None:
        """Return the exit code of a server that has ended by itself; None while it runs, which takes half a second."""
        if self._process is None:
            return None
        try:
            return self._process.wait(DYING_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the process; it holds nothing that would have to be saved."""
        process, self._process = self._process, None
        if process is not None:
            atexit.unregister(self.stop)
            process.kill()
            with process:  # waits for it, and closes the pipes
                pass


def spawn(script: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a script of this package in a process of its own, which takes orders on its input and answers them."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, a file of this package
        # Isolated: no module comes from the script's own folder, or from where the environment points.
        [sys.executable, "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,  # Ctrl-C is for this process; the child is stopped
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    )


def exchange(process: subprocess.Popen[bytes], order: Mapping[str, Any]) -> dict[str, Any]:
    """Send one line and wait for the one that answers it; empty when the process died."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
    except (OSError, ValueError):
        return {}
    return answer


def not_loaded(name: str, log: IO[bytes], answer: Mapping[str, Any]) -> ModelError:
    """Return the error of a model that a child could not load: in llama.cpp's own words, else the child's."""
    log.seek(0)
    found = _REASON.search(log.read(2**20).decode("utf-8", "replace"))
    said = one_line(found[1], 300) if found else ""
    return ModelError(f"{name}: llama.cpp cannot load it ({said or answer.get('error', 'it ended without a word')})")
