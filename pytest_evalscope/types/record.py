"""How a reply was marked, and the one record that every planned sample ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pytest_evalscope.types.completion import Completion

Outcome = Literal[
    "scored",
    "no_answer",
    "truncated",
    "filtered",
    "model_error",
    "environment_error",
    "scorer_error",
    "timeout",
    "not_asked",
]

OUTCOMES: tuple[Outcome, ...] = (
    "scored",
    "no_answer",
    "truncated",  # the reply met its token limit: marked as it stands, whether an answer was found or not
    "filtered",  # a content filter of the endpoint withheld the reply or cut it off: nothing to mark
    "model_error",
    "environment_error",  # the environment did not start, broke, or gave no verdict
    "scorer_error",
    "timeout",
    "not_asked",  # the run's budget was spent before a reply, or a judge's verdict on it, was there
)
UNSCORED: frozenset[Outcome] = frozenset(
    {"filtered", "model_error", "environment_error", "scorer_error", "timeout", "not_asked"}
)
"""Outcomes that measure the harness and not the model: they count 0 and make a gate an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The marks of one reply."""

    values: Mapping[str, float]
    """Metric → number. Finite."""
    answer: str | None
    """What was extracted from the reply; None when no answer was found, which is not the same as a wrong one."""
    explanation: str = ""
    verdicts: Mapping[str, tuple[str | float, ...]] = field(default_factory=dict)
    """Judge → what it said, a label or a rating for each thing that it was asked; every judge was asked the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of one planned sample and repeat."""

    benchmark: str
    subset: str
    model: str
    sample_id: str
    repeat: int = 0
    outcome: Outcome
    values: Mapping[str, float]
    """Metric → number; zeros where nothing could be marked."""
    answer: str | None = None
    explanation: str = ""
    completion: Completion | None = None
    error: str = ""
    """Why there is no score, in one line."""
    group: str = ""
    target: str | tuple[str, ...] = ""
    attempts: int = 0
    """Requests made for it; 0 when the reply came from the cache."""
    seconds: float = 0.0
    """From taking the sample up to its mark."""
    verdicts: Mapping[str, tuple[str | float, ...]] = field(default_factory=dict)
    """Judge → what it said of the reply, as the scorer gave it."""
    environment: Mapping[str, float] = field(default_factory=dict)
    """Seconds that the environment took to `start` and to `close`; empty without one."""
    resized: int = 0
    """Pictures that were made smaller before they were sent, to be within the limits."""
