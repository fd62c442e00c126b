"""Right or wrong: the option that a completion chooses against the sample's target.

Of several targets any one is right. A completion in which no answer is found has the score 0 and the answer None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.text import label_of, read_choice
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class choice:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=choice()`
    """1 when the option that the completion chooses is the target, else 0; a completion that chooses two is wrong.

    A target of several labels with commas between them ("A,C") requires all of these and no other, in any order.
    `text.extract_choice` finds the options.
    """

    or_text: bool = False
    """Accept the text of one option in place of its label, as the stated answer or as the whole completion."""
    metrics: tuple[str, ...] = ("accuracy",)

    def check_sample(self, sample: Sample) -> None:
        """Refuse a sample whose target is not one of the options. Raises ScorerError."""
        _targets_among(sample, _labels(len(sample.choices)))

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is not one of the options."""
        labels = _labels(len(sample.choices))
        targets = _targets_among(sample, labels)
        found = read_choice(completion.text, labels, sample.choices, sample.language, or_text=self.or_text)
        chosen = set(found.answer.split(",")) if found.answer else set()
        too_many = "several options, where one is right: " if len(chosen) > max(map(len, targets)) == 1 else ""
        return right_or_wrong(chosen in targets, found.answer, f"{too_many}{found.how}")


@cache
def _labels(count: int) -> tuple[str, ...]:
    return tuple(map(label_of, range(count)))


def _targets_among(sample: Sample, labels: tuple[str, ...]) -> list[set[str]]:
    """Return the targets of a sample, each as its labels. Raises ScorerError for one that is not among `labels`."""
    targets = [set(target.split(",")) for target in sample.targets]
    if not set().union(*targets).issubset(labels):
        raise ScorerError(
            f"choice: the target is not one of the options ({sample.target!r}); accepted: {','.join(labels)}"
        )
    return targets
