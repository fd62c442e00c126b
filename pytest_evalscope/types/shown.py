"""Samples as people look at them: plain text, cut to what fits under a failed assertion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.types.record import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSample:
    """One record to look at. Its texts are plain: no control characters but tabs and line breaks, and cut already."""

    sample_id: str
    repeat: int
    benchmark: str
    subset: str
    model: str
    outcome: Outcome
    values: Mapping[str, float]
    prompt: str
    """The end of the last message of the user's, or of the prompt; the number of characters before it is in it."""
    completion: str | None
    """Its beginning and its end; None where no completion came."""
    target: str
    answer: str | None
    """The answer that was extracted; None where none was found."""
    explanation: str
    """The scorer's."""
    judged: str
    """The judges' verdicts with their reasons; empty where no judge gave one."""
    error: str
    """Reason for having no score."""
    place: str
    """`file:line` of the record, below the run folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSamples:
    """The most telling samples behind a gate that failed or was not computed."""

    title: str
    samples: tuple[ShownSample, ...] = ()
    problem: str = ""
    """Reason why they cannot be read, in one line; empty where they can."""
    more: str = ""
    """The command that shows more of them."""

    @classmethod
    def from_plain(cls, fields: Mapping[str, Any]) -> FailingSamples:
        """Return the value that `plain` made JSON types of."""
        return cls(**{**fields, "samples": tuple(ShownSample(**each) for each in fields["samples"])})
