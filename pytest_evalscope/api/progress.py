"""Progress on a stream: a line that is rewritten on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import os
import shutil
from time import monotonic
from typing import TextIO

from pytest_evalscope.run import Run
from pytest_evalscope.run.progress import FIRST, LINE_EVERY, lines_of

BEAT_EVERY = 5.0
"""Seconds between two lines that stay."""
_BLANK = "\r\x1b[K"


def write(stream: TextIO, text: str) -> None:
    """Write and flush, with a `?` for each character that the stream's encoding lacks."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


class StreamProgress:
    """Progress of a run on a stream: called often, it writes when it is time."""

    def __init__(self, run: Run, stream: TextIO) -> None:
        self._run = run
        self._stream = stream
        self._rewrites = stream.isatty() and not os.environ.get("CI")
        self._next = monotonic() + FIRST
        self._shown = False

    def tick(self) -> None:
        """Write, unless it is too early."""
        now = monotonic()
        if now < self._next:
            return
        lines = [str(line) for line in lines_of(self._run.tallies.values())]
        self._next = now + (LINE_EVERY if self._rewrites else BEAT_EVERY)
        if not lines:
            return
        if self._rewrites:
            more = f"  (+{len(lines) - 1} more)" if len(lines) > 1 else ""
            width = shutil.get_terminal_size().columns
            write(self._stream, _BLANK + f"{lines[0]}{more}"[: width - 1])
            self._shown = True
        else:
            write(self._stream, "".join(f"{line}\n" for line in lines))

    def end(self) -> None:
        """Blank the line that was rewritten."""
        if self._shown:
            write(self._stream, _BLANK)
            self._shown = False
