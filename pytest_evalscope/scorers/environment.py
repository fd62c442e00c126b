"""Scoring by how the environment ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.types import Completion, Context, Sample, Score, plain

UNFINISHED = ("max_turns", "budget", "length")
"""Ends of an attempt that came to no final answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class environment_verdict:  # noqa: N801 - it is called like a function in a benchmark's slots
    """Take the scores from the verdict of the sample's environment: numbers, or true and false as 1 and 0.

    An attempt that came to no final answer (`max_turns`, `budget`, `length`) has none and counts as failed, whatever
    state it left behind; with `unfinished=True` that state is scored like any other.
    """

    metrics: tuple[str, ...] = ("success",)
    """Keys of the verdict."""
    unfinished: bool = False

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score. Raises ScorerError where the verdict has no number for a metric."""
        if completion.finish_reason in UNFINISHED and not self.unfinished:
            said = f"no final answer: the attempt ended at {completion.finish_reason}"
            return Score(values=self.failed(sample), answer=None, explanation=said)
        found = completion.verdict or {}
        values: dict[str, float] = {}
        for name in self.metrics:
            value = found.get(name)
            if not isinstance(value, (int, float)):
                raise ScorerError(
                    f"environment_verdict: no number for {name!r} ({', '.join(found) or 'no verdict'}); accepted: an "
                    "environment whose verdict has one"
                )
            values[name] = float(value)
        return Score(values=values, answer=json.dumps(plain(found), ensure_ascii=False)[:1000])

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return 0 for each metric."""
        return dict.fromkeys(self.metrics, 0.0)
