"""Verdicts: the accepted ones, and their values; `reading` finds them in a judge's completion."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pytest_evalscope.errors import UsageError

JSON = "one JSON object and nothing before or after it"
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_AROUND = " \t\r\n.*`'\""
"""Characters around a label that change nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict of one judge."""

    judge: str
    said: str
    """The label or the rating, as the judge gave it."""
    values: Mapping[str, float]
    """Metric → number."""
    reason: str = ""
    rating: float | None = None
    """The rating as a number; None for a label."""

    @property
    def vote(self) -> str | float:
        """The label, or the rating as a number."""
        return self.said if self.rating is None else self.rating


class Answers(Protocol):
    """The verdicts that a judge may give, and their values."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every verdict's values."""

    @property
    def form(self) -> str:
        """The JSON object that the prompt wants from a judge."""

    @property
    def kind(self) -> str:
        """Description of the wanted completion, as sent to a judge."""

    @property
    def ordered(self) -> bool:
        """True for verdicts that can be ordered, so that there is a median."""

    def value_of(self, said: object) -> tuple[str, Mapping[str, float]]:
        """Return a verdict as text and its values. Raises ValueError, whose text says what is accepted."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One of several labels, each with the values that it gives; a metric that a label does not name is 0."""

    values: Mapping[str, Mapping[str, float]]
    ordered: bool = False
    kind: str = JSON

    def __post_init__(self) -> None:
        if len(self.values) < 2:
            raise UsageError(f"judge: too few labels ({', '.join(self.values) or 'none'}); at least 2 are needed")
        if not self.metrics or not all(math.isfinite(item) for each in self.values.values() for item in each.values()):
            raise UsageError(
                'judge: labels give finite numbers to metrics; accepted: {"YES": {"accuracy": 1}, "NO": {}}, say'
            )

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that any label names, in their order."""
        return tuple(dict.fromkeys(name for each in self.values.values() for name in each))

    @property
    def form(self) -> str:
        """The JSON object that the prompt wants from a judge."""
        return f'{{"reason": "one or two sentences", "verdict": {" or ".join(map(json.dumps, self.values))}}}'

    def value_of(self, said: object) -> tuple[str, Mapping[str, float]]:
        """Return the label and its values; case, and spaces around or within it, do not matter.

        Raises ValueError for anything else.
        """
        label = self._label(said) if isinstance(said, str) else None
        if label is None:
            raise ValueError(f'"verdict" must be {" or ".join(map(json.dumps, self.values))}')
        return label, {name: float(self.values[label].get(name, 0.0)) for name in self.metrics}

    def _label(self, said: str) -> str | None:
        """Return the label that is meant; None for no label, and where two differ by their case alone."""
        if said in self.values:
            return said
        meant = [label for label in self.values if _plain(label) == _plain(said)]
        return meant[0] if len(meant) == 1 else None


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating between two numbers; its value is its place between them, in [0, 1]."""

    low: float
    high: float
    metric: str = "rating"
    bracketed: bool = False
    """True: in double brackets in free text, as MT-Bench's prompts want it, and not in JSON."""
    ordered: bool = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UsageError(f"judge: invalid scale ({self.low}, {self.high}); accepted: two numbers, the lower first")

    @property
    def metrics(self) -> tuple[str, ...]:
        """The one metric."""
        return (self.metric,)

    @property
    def kind(self) -> str:
        """Description of the wanted completion, as sent to a judge."""
        return "your explanation and one rating in double brackets" if self.bracketed else JSON

    @property
    def form(self) -> str:
        """The rating that the prompt wants from a judge."""
        if self.bracketed:
            return f"Rating: [[N]], where N is a number from {self.low:g} to {self.high:g}"
        return f'{{"reason": "one or two sentences", "verdict": a number from {self.low:g} to {self.high:g}}}'

    def value_of(self, said: object) -> tuple[str, Mapping[str, float]]:
        """Return the rating as text and its value. Raises ValueError for anything but a number of the scale."""
        if isinstance(said, str) and _NUMBER.fullmatch(said.strip()):
            said = float(said)
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not self.low <= said <= self.high:
            raise ValueError(f'"verdict" must be a number from {self.low:g} to {self.high:g}')
        return f"{said:g}", {self.metric: (said - self.low) / (self.high - self.low)}


def _plain(label: str) -> str:
    return "_".join(label.strip(_AROUND).casefold().replace("-", " ").replace("_", " ").split())
