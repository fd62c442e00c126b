"""Progress while samples are asked: one line that is rewritten on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any, Protocol

import pytest

from pytest_evalscope.run import Run, RunFolder, Tally

FIRST = 2.0
"""Seconds before the first line: what is quicker needs none."""
LINE_EVERY = 0.5
BEAT_EVERY = 15.0
FILE_EVERY = 1.0


class Progress(Protocol):
    """Told often that time passes; decides itself whether there is something to show."""

    def tick(self) -> None:
        """Show where the run is, if it is time."""

    def pause(self) -> None:
        """Clear the line: pytest wants to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where one benchmark stands with one model, over all its subsets."""

    benchmark: str
    model: str
    done: int
    planned: int | None
    mean: float | None
    metric: str
    errors: int
    seconds: float

    def __str__(self) -> str:
        parts = [self.benchmark, self.model, f"{self.done}/{self.planned or '?'}"]
        if self.mean is not None:
            parts.append(f"{self.metric} {self.mean:.3f}")
        if self.seconds > 0:
            rate = self.done / self.seconds
            parts.append(f"{rate:.1f}/s")
            if self.planned and rate:
                parts.append(f"{max(0.0, (self.planned - self.done) / rate):.0f} s left")
        parts.append(f"{self.errors} errors" if self.errors != 1 else "1 error")
        return "  ".join(parts)


def lines_of(tallies: Iterable[Tally]) -> list[Line]:
    """Return a line for every benchmark and model that has begun and is not done."""
    groups: dict[tuple[str, str], list[Tally]] = {}
    for tally in tallies:
        groups.setdefault((tally.job.benchmark.name, tally.job.model), []).append(tally)
    made = []
    for (benchmark, model), members in groups.items():
        begun = [tally for tally in members if tally.done]
        if not begun or all(tally.finished for tally in members):
            continue
        sizes = [tally.job.planned if tally.planned is None else tally.planned for tally in members]
        means = [(tally.running_mean() or 0.0, tally.done) for tally in begun]
        done = sum(count for _, count in means)
        made.append(
            Line(
                benchmark=benchmark,
                model=model,
                done=done,
                planned=None if None in sizes else sum(size or 0 for size in sizes),
                mean=sum(mean * count for mean, count in means) / done,
                metric=members[0].job.benchmark.score.metrics[0],
                errors=sum(tally.errors for tally in begun),
                seconds=max(tally.ended for tally in begun) - min(tally.began for tally in begun),
            )
        )
    return made


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
        """Nothing to clear."""


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
            self._folder.write_json(self._name, {"lines": lines})

    def pause(self) -> None:
        """Nothing to clear."""


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
        # A worker's dots leave pytest's own book-keeping of the line behind, so the writer is asked.
        if reporter._tw.width_of_current_line:
            reporter._tw.line()
        reporter.currentfspath = None
        for line in lines:
            reporter.write_line(line)
