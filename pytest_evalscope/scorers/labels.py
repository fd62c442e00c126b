"""One of a few labels in a completion: yes, no or maybe."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.text import read_label
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class label:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=label(("yes", "no"))`
    """1 when the completion gives the label that is the target and no other, else 0.

    `text.read_label` finds it: a label that is stated (`Answer: yes`) or that the completion opens with counts in any
    case. Within other text it counts as a whole word in capitals or with one ("NO", "No"), so that "there is no
    evidence" is no verdict.
    """

    names: tuple[str, ...]
    """The labels, in small letters."""
    metrics: tuple[str, ...] = ("accuracy",)

    def check_sample(self, sample: Sample) -> None:
        """Refuse a sample whose target is not one of the labels. Raises ScorerError."""
        if sample.target not in self.names:
            raise ScorerError(
                f"label: the target is not one of the labels ({sample.target!r}); accepted: {','.join(self.names)}"
            )

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is not one of the labels."""
        self.check_sample(sample)
        found = read_label(completion.text, self.names, sample.language)
        right = found.answer == sample.target
        return right_or_wrong(right, found.answer, found.how)
