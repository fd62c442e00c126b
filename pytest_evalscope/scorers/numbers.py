"""Right or wrong: the number that a completion gives against the sample's target."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.text import number_value, parse_number
from pytest_evalscope.text.answers.numbers import number_reading
from pytest_evalscope.types import Completion, Context, Messages, Sample, Score

_MULTIPLES = ("dozen", "hundred", "thousand", "million", "billion", "trillion", "lakh", "crore")


@dataclass(frozen=True, slots=True)
class number:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=number()`
    """1 when the number that the completion gives has the value of the target, else 0.

    Values are compared exactly as decimals: 18, 18.00 and 36/2 are one. Units, currencies and percent signs count for
    nothing, and a word that the question counts in neither ("How many dozens", "in millions"). `text.extract_number`
    finds the number; the sample's language says what points and commas in it mean.
    """

    tolerance: float = 0.0
    """Distance from the target, as a share of it, within which a number is right: 0.01 is one percent."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < 1:
            raise UsageError(
                f"number: invalid tolerance ({self.tolerance}); accepted: a share of the target, from 0 to below 1"
            )

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is not a number."""
        values = [parse_number(target, sample.language) for target in sample.targets]
        if None in values:
            raise ScorerError(f"number: the target has no number ({sample.target!r}); sample {sample.id}")
        reading = number_reading(_in_its_unit(completion.text, sample.input), sample.language)
        value = None if reading.answer is None else number_value(reading.answer)
        return right_or_wrong(value is not None and self._near(value, values), reading.answer, reading.how)

    def _near(self, value: Decimal, values: list[Decimal | None]) -> bool:
        if not self.tolerance:
            return value in values
        share = Decimal(str(self.tolerance))
        return any(abs(value - right) <= share * abs(right) for right in values if right is not None)


def _in_its_unit(text: str, question: str | Messages) -> str:
    """Return a completion without the word that the question counts in, which is a unit there: "How many dozens?"."""
    if not isinstance(question, str):
        return text
    for word in _MULTIPLES:
        if word in text and re.search(rf"(?i)\b(?:(?:number of|in) {word}s|how many {word}s?)\b", question):
            text = re.sub(rf"\b{word}s?\b", "", text)
    return text
