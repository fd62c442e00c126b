"""The score of a completion, and the one record that every planned sample ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pytest_evalscope.types.completion import Completion
from pytest_evalscope.types.estimate import no_truth_value
from pytest_evalscope.types.sample import Json, Messages

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
    "truncated",  # the completion reached its token limit: scored as it is, whether an answer was found or not
    "filtered",  # a content filter of the endpoint withheld the completion or cut it off: nothing to score
    "model_error",
    "environment_error",  # the environment did not start, broke, or gave no verdict
    "scorer_error",
    "timeout",
    "not_asked",  # the run's budget was spent before there was a completion, or a judge's verdict on it
)
UNSCORED: frozenset[Outcome] = frozenset(
    {"filtered", "model_error", "environment_error", "scorer_error", "timeout", "not_asked"}
)
"""Outcomes that measure the harness and not the model: they count 0 and make a gate an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The values that a scorer gave one completion."""

    values: Mapping[str, float]
    """Metric → number. Finite."""
    answer: str | None
    """The answer extracted from the completion; None when none was found, which is not the same as a wrong one."""
    explanation: str = ""
    verdicts: Mapping[str, tuple[str | float, ...]] = field(default_factory=dict)
    """Judge → its verdicts, a label or a rating for each item; all judges judged the same items."""

    __bool__ = no_truth_value("a score", 'a comparison, such as score.values["accuracy"] == 1')


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Result of one planned sample and repeat."""

    benchmark: str
    subset: str
    model: str
    sample_id: str
    repeat: int = 0
    outcome: Outcome
    values: Mapping[str, float]
    """Metric → number; zeros where nothing could be scored."""
    answer: str | None = None
    explanation: str = ""
    messages: Messages = ()
    """The prompt as it was sent; () of a record that is read without it."""
    completion: Completion | None = None
    error: str = ""
    """Reason for having no score, in one line."""
    group: str = ""
    target: Json = ""
    attempts: int = 0
    """Requests made for it; 0 when the completion came from the cache."""
    seconds: float = 0.0
    """From taking the sample up to its score."""
    verdicts: Mapping[str, tuple[str | float, ...]] = field(default_factory=dict)
    """Judge → its verdicts on the completion, as the scorer gave them."""
    environment: Mapping[str, float] = field(default_factory=dict)
    """Seconds that the environment took to `start` and to `close`; empty without one."""
    resized: int = 0
    """Pictures that were made smaller before they were sent, to be within the limits."""
