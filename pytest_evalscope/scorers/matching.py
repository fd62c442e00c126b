"""Answers against targets: the parts that the scorers of right or wrong share."""

from __future__ import annotations

from pytest_evalscope.types import Sample, Score


def targets_of(sample: Sample) -> tuple[str, ...]:
    """Return the targets of a sample, of which any one is right."""
    return (sample.target,) if isinstance(sample.target, str) else sample.target


def right_or_wrong(right: bool, answer: str | None) -> Score:
    """Return the score of an answer: accuracy 1 or 0."""
    return Score(values={"accuracy": float(right)}, answer=answer)
