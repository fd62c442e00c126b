"""Right or wrong: the option that a completion chooses against the sample's target.

Of several targets any one is right. A completion in which no answer is found has the score 0 and the answer None.
"""

from __future__ import annotations

from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers.functions import right_or_wrong
from pytest_evalscope.text import (
    extract_choice,
    extract_text,
    label_of,
    normalize,
)
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

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is not one of the options."""
        labels = [label_of(index) for index in range(len(sample.choices))]
        targets = [set(target.split(",")) for target in sample.targets]
        if not set().union(*targets).issubset(labels):
            raise ScorerError(
                f"choice: the target is not one of the options ({sample.target!r}); accepted: {','.join(labels)}"
            )
        answer = extract_choice(completion.text, labels)
        if answer is None and self.or_text:
            words = _words(extract_text(completion.text) or completion.text)
            named = [
                label for label, text in zip(labels, sample.choices, strict=True) if words and _words(text) == words
            ]
            answer = named[0] if len(named) == 1 else None
        return right_or_wrong(answer is not None and set(answer.split(",")) in targets, answer)


def _words(text: str) -> str:
    return normalize(text).strip(" .。!！?？")
