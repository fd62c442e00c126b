"""One of a few labels in a completion: yes, no or maybe."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.text import extract_text
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class label:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=label(("yes", "no"))`
    """1 when the completion gives the label that is the target and no other, else 0.

    A label that is stated (`Answer: yes`) or is the whole completion counts in any case. Within other text it
    counts as a whole word in capitals or with one ("NO", "No"), so that "there is no evidence" is no verdict.
    """

    names: tuple[str, ...]
    """The labels, in small letters."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError for a target that is not one of the labels."""
        if sample.target not in self.names:
            raise ScorerError(
                f"label: the target is not one of the labels ({sample.target!r}); accepted: {','.join(self.names)}"
            )
        answer = self._find(completion.text)
        return Score(values={"accuracy": float(answer == sample.target)}, answer=answer)

    def _find(self, text: str) -> str | None:
        for words in (extract_text(text) or "", text):
            if (alone := words.lower().strip(" \t\r\n.!*\"'`")) in self.names:
                return alone
        said = set(re.findall(r"\w+", text))
        found = [name for name in self.names if not said.isdisjoint({name.upper(), name.capitalize()})]
        return ",".join(found) or None
