"""What a test declares of a job besides what is run: its place in the index of the run, and in the suite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a test says of its results."""

    weight: float = 1.0
    """The weight of the benchmark in the index of the run."""
    task_type: str | None = None
    """The group in the index; None for the benchmark's own."""
    tags: tuple[str, ...] | None = None
    """The tags in the index; None for the benchmark's own."""
    test: str = ""
    """The node id of the test."""
    location: str = ""
    """`path:line` of the test."""
