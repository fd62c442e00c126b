"""Progress while samples are run: one line that is rewritten on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from dataclasses import asdict
from time import monotonic
from typing import Any, Protocol

import pytest

from pytest_evalscope.errors import StorageError
from pytest_evalscope.run import Run, RunFolder
from pytest_evalscope.run.progress import BEAT_EVERY, FIRST, LINE_EVERY, lines_of

FILE_EVERY = 1.0


class Progress(Protocol):
    """Progress that is called often, and decides itself whether to show something."""

    def tick(self) -> None:
        """Show the progress of the run, if it is time."""

    def pause(self) -> None:
        """Clear the line: pytest wants to write."""


class TerminalLine:
    """Rewrites one line of the terminal."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run
        self._next = monotonic() + FIRST
        self._shown = False

    def tick(self) -> None:
        """Rewrite the line twice a second."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + LINE_EVERY
        lines = lines_of(self._run.tallies.values())
        if lines:
            more = f"  (+{len(lines) - 1} more)" if len(lines) > 1 else ""
            self._write(f"{lines[0]}{more}")

    def pause(self) -> None:
        """Blank the line."""
        if self._shown:
            self._write("")
            self._shown = False

    def _write(self, text: str) -> None:
        reporter = terminal(self._config)
        if reporter is None:
            return
        with uncaptured(self._config):
            if not self._shown:
                reporter.ensure_newline()
            reporter.rewrite(text[: reporter._tw.fullwidth - 1], erase=True)
        self._shown = True


class Heartbeat:
    """Prints a plain line per running benchmark, seldom."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run
        self._next = monotonic() + FIRST

    def tick(self) -> None:
        """Print after two seconds, then every fifteen."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + BEAT_EVERY
        print_lines(self._config, [str(line) for line in lines_of(self._run.tallies.values())])

    def pause(self) -> None:
        """Do nothing: no line is to be cleared."""


class ProgressFile:
    """A worker's progress, for the controller to read: `logs/progress-<worker>.json`."""

    def __init__(self, run: Run, folder: RunFolder, worker: str) -> None:
        self._run = run
        self._folder = folder
        self._name = f"logs/progress-{worker}.json"
        self._next = monotonic() + FIRST

    def tick(self) -> None:
        """Write the file once a second."""
        now = monotonic()
        if now >= self._next:
            self._next = now + FILE_EVERY
            lines: list[dict[str, Any]] = [asdict(line) for line in lines_of(self._run.tallies.values())]
            with suppress(StorageError):  # nothing waits for this file; files that must be written report a full disk
                self._folder.write_json(self._name, {"lines": lines})

    def pause(self) -> None:
        """Do nothing: no line is to be cleared."""


def progress_for(config: pytest.Config, run: Run, folder: RunFolder) -> Progress | None:
    """Return the progress that suits this process; None under -qq or without a terminal reporter."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker:
        return ProgressFile(run, folder, worker)
    reporter = terminal(config)
    if reporter is None or reporter.verbosity < -1:
        return None
    if reporter.isatty and not os.environ.get("CI"):
        return TerminalLine(config, run)
    return Heartbeat(config, run)


def terminal(config: pytest.Config) -> Any:
    """Return pytest's terminal reporter, None where it is switched off."""
    return config.pluginmanager.get_plugin("terminalreporter")


def uncaptured(config: pytest.Config) -> Any:
    """Return a context in which what is written reaches the terminal."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()


def print_lines(config: pytest.Config, lines: list[str]) -> None:
    """Print whole lines through pytest's terminal reporter."""
    reporter = terminal(config)
    if reporter is None or not lines:
        return
    with uncaptured(config):
        # A worker's dots leave pytest's own book-keeping of the line behind, so the writer's own is read.
        if reporter._tw.width_of_current_line:
            reporter._tw.line()
        reporter.currentfspath = None
        for line in lines:
            reporter.write_line(line)
