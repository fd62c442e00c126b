"""The pulse of an event loop, felt from the thread that waits for it: code that blocks it holds up every sample."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from contextlib import suppress

from pytest_evalscope.errors import place_of

BLOCKED = 5.0
"""Seconds without a turn after which an event loop counts as blocked."""
_LOG = logging.getLogger(__name__)


class Pulse:
    """Tells whether the event loop of a thread takes its turns.

    Whoever waits for the loop feels its pulse now and then. Time is counted by these waits, not by a clock: a process
    that was stopped, or a computer that slept, has blocked nothing.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._loop = loop
        self._thread = thread
        self._answered = True
        self._silent = 0.0
        self._said = ""

    def feel(self, waited: float) -> float:
        """Note that so many seconds were waited; return for how many of them the loop has taken no turn."""
        if self._answered:
            self._answered, self._silent = False, 0.0
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._answer)
        else:
            self._silent += waited
            self._tell()
        return self._silent

    @property
    def is_blocked(self) -> bool:
        """True if the loop has taken no turn for a while."""
        return self._silent >= BLOCKED and not self._answered

    def problem(self) -> str:
        """Return what blocks the loop and for how long, with file and line of the user's code; empty if nothing does.

        Without code of the user's, it is the line that runs.
        """
        place = self._place() if self.is_blocked else ""
        if not place:
            return ""
        return f"event loop: blocked for {self._silent:.0f} s by {place}; call what blocks by asyncio.to_thread"

    def _answer(self) -> None:
        self._answered = True

    def _tell(self) -> None:
        """Log each place once."""
        place = self._place() if self.is_blocked else self._said
        if place != self._said:
            self._said = place
            _LOG.warning("%s", self.problem())

    def _place(self) -> str:
        found = sys._current_frames()  # the one way to look at another thread, and documented
        frame = found.get(self._thread.ident or 0)
        passed = []
        while frame is not None:
            passed.append((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        return (place_of(passed[::-1]) or "{}:{}".format(*passed[0])) if passed else ""
