"""Progress of a run, in one line per benchmark and model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_evalscope.run.aggregate import Tally
from pytest_evalscope.text import harmless

FIRST = 2.0
"""Seconds before the first line: what is quicker needs none."""
LINE_EVERY = 0.5
"""Seconds between two states of a line that is rewritten."""
BEAT_EVERY = 15.0
"""Seconds between two lines that stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Progress of one benchmark with one model, over all its subsets."""

    benchmark: str
    model: str
    done: int
    planned: int | None
    mean: float | None
    metric: str
    errors: int
    seconds: float
    waiting: str = ""
    """Reason for which requests wait, other than for their responses."""

    def __str__(self) -> str:
        # A mixed set from elsewhere names its parts, and this goes to the terminal.
        parts = [self.benchmark, self.model, f"{self.done}/{self.planned or '?'}"]
        if self.mean is not None:
            parts.append(f"{self.metric} {self.mean:.3f}")
        if self.seconds > 0:
            rate = self.done / self.seconds
            parts.append(f"{rate:.1f}/s")
            if self.planned and rate and not self.waiting:
                parts.append(f"{max(0.0, (self.planned - self.done) / rate):.0f} s left")
        parts.append(f"{self.errors} errors" if self.errors != 1 else "1 error")
        if self.waiting:
            parts.append(self.waiting)
        return harmless("  ".join(" ".join(part.split()) for part in parts))


def lines_of(tallies: Iterable[Tally]) -> list[Line]:
    """Return a line for every benchmark and model that has begun, or waits for its endpoint, and is not done."""
    groups: dict[tuple[str, str], list[Tally]] = {}
    for tally in tallies:
        groups.setdefault((tally.job.benchmark.name, tally.job.model), []).append(tally)
    made: list[Line] = []
    for (benchmark, model), members in groups.items():
        begun = [tally for tally in members if tally.done]
        waiting = "" if all(tally.finished for tally in members) else members[0].waiting()
        if all(tally.finished for tally in members) or not (begun or (waiting and not made)):
            continue  # of those that have not begun, the first says what they all wait for
        sizes = [tally.job.planned if tally.planned is None else tally.planned for tally in members]
        means = [(tally.running_mean() or 0.0, tally.done) for tally in begun]
        done = sum(count for _, count in means)
        measured = members[0].job.benchmark
        value = measured.score.metrics[0]
        made.append(
            Line(
                benchmark=benchmark,
                model=model,
                done=done,
                planned=None if None in sizes else sum(size or 0 for size in sizes),
                # A count that a metric is made of says nothing by its mean.
                mean=sum(mean * count for mean, count in means) / done if done and value in measured.metrics else None,
                metric=value,
                errors=sum(tally.errors for tally in begun),
                seconds=max(tally.ended for tally in begun) - min(tally.began for tally in begun) if begun else 0.0,
                waiting=waiting,
            )
        )
    return made
