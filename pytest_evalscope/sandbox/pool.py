"""The sandbox as the engine uses it: programs run in threads, a bounded number at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pytest_evalscope.sandbox.launcher_protocol import require_paths_below
from pytest_evalscope.types import Execution, Program, clean

Execute = Callable[[Program, threading.Event], Execution]
"""Runs a program in this thread, until the event is set. Raises SandboxError."""


class PooledSandbox:
    """Runs programs by `execute`, at most `most` at a time; the others wait."""

    def __init__(self, name: str, most: int, execute: Execute) -> None:
        self._name = name
        self._execute = execute
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=f"sandbox-{name}")
        self._running: set[threading.Event] = set()

    @property
    def name(self) -> str:
        """The kind, as the user named it."""
        return self._name

    async def run(self, program: Program) -> Execution:
        """Run `program` to its end or to a limit. Raises SandboxError when it could not be run at all."""
        require_paths_below(program)
        stop = threading.Event()
        self._running.add(stop)
        try:
            execution = await asyncio.wrap_future(self._pool.submit(self._execute, program, stop))
        finally:
            # Cancelled while it runs: the thread sees this and ends what it started.
            stop.set()
            self._running.discard(stop)
        return replace(execution, stdout=clean(execution.stdout), stderr=clean(execution.stderr))

    async def aclose(self) -> None:
        """End whatever still runs and wait until it is gone."""
        self.stop()
        await asyncio.to_thread(self._pool.shutdown)

    def stop(self) -> None:
        """End whatever still runs and begin nothing more, from whichever thread; does not wait."""
        for stop in [*self._running]:
            stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
