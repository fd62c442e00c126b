"""Verdicts: the accepted ones, read from a judge's completion. That is untrusted text, one JSON object or invalid.

The messages of the errors raised in reading one are sent to the judge, in the request for another verdict.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pytest_evalscope.errors import ScorerError, UsageError

LONGEST = 20_000
"""Largest number of characters of a judge's completion; a verdict with its reason needs a few hundred."""
JSON = "one JSON object and nothing before or after it"
_BRACKETED = re.compile(r"\[\[\s{0,4}(\d{1,4}(?:\.\d{1,4})?)\s{0,4}\]\]")


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
        """Return the label and its values. Raises ValueError for anything else."""
        if not isinstance(said, str) or said not in self.values:
            raise ValueError(f'"verdict" must be {" or ".join(map(json.dumps, self.values))}')
        return said, {name: float(self.values[said].get(name, 0.0)) for name in self.metrics}


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
        if isinstance(said, bool) or not isinstance(said, (int, float)) or not self.low <= said <= self.high:
            raise ValueError(f'"verdict" must be a number from {self.low:g} to {self.high:g}')
        return f"{said:g}", {self.metric: (said - self.low) / (self.high - self.low)}


def read_verdict(judge: str, text: str, answers: Answers) -> Verdict:
    """Return the verdict of a completion that is one JSON object, bare or in a Markdown fence, with the right fields.

    Raises ScorerError, whose message says what is wrong without quoting the completion.
    """
    fields = _bracketed(text) if answers.kind != JSON else _object(_without_fence(text.strip()))
    unknown = [name for name in fields if name not in ("reason", "verdict")]
    if unknown or "verdict" not in fields:
        raise ScorerError('the object must have the fields "reason" and "verdict" and no others')
    reason = fields.get("reason", "")
    if not isinstance(reason, str):
        raise ScorerError('"reason" must be text')
    try:
        said, values = answers.value_of(fields["verdict"])
    except ValueError as error:
        raise ScorerError(str(error)) from None
    rating = float(said) if answers.ordered else None
    return Verdict(judge=judge, said=said, values=values, reason=" ".join(reason.split())[:500], rating=rating)


def _bracketed(text: str) -> dict[str, Any]:
    """Return the one rating in double brackets. Two different ones are invalid: a quoted answer may contain one."""
    if len(text) > LONGEST:
        raise ScorerError(f"the reply has {len(text)} characters, and {LONGEST} are the most")
    found = {float(rating) for rating in _BRACKETED.findall(text)}
    if len(found) != 1:
        raise ScorerError(f"the reply has {len(found)} ratings in double brackets, and one is needed")
    return {"reason": text.strip(), "verdict": found.pop()}


def _without_fence(text: str) -> str:
    first, _, rest = text.partition("\n")
    if first.strip().lower() in ("```", "```json") and rest.rstrip().endswith("```"):
        return rest.rstrip()[:-3]
    return text


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise ScorerError(f"the reply has {len(text)} characters, and {LONGEST} are the most")
    try:
        made = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ScorerError("the reply is not one JSON object") from None
    if not isinstance(made, dict):
        raise ScorerError("the reply is not one JSON object")
    return made


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a repeated field is an error, since neither of two verdicts can be chosen."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise ValueError(f"{name} stands twice")
        made[name] = value
    return made


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
