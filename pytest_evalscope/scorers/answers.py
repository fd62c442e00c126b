"""Right or wrong: the answer found in a completion against the sample's target.

Of several targets any one is right. A completion in which no answer is found has the score 0 and the answer None.
"""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class exact:  # noqa: N801 - as `choice`
    """1 when the whole completion is the target, else 0; both in the form that `form` gives them."""

    form: Callable[[str], str] = normalize
    """`str.strip` for an exact comparison; the default ignores case, width and white space."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        text = self.form(completion.text)
        return right_or_wrong(bool(text) and text in map(self.form, sample.targets), completion.text.strip() or None)


@dataclass(frozen=True, slots=True)
class includes:  # noqa: N801 - as `choice`
    """1 when the completion contains the target as a whole word or words, else 0.

    Chinese and Japanese, which put no space between words, are searched for anywhere. The answer is the target found,
    else the whole completion.
    """

    form: Callable[[str], str] = normalize
    """The form that is compared, as in `exact`."""
    stated: bool = False
    """Search only the stated answer (`ANSWER: …`) of a completion that has one, not the reasoning before it."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion."""
        answer = (extract_text(completion.text) if self.stated else None) or completion.text.strip()
        text = self.form(answer)
        found = next((target for target in sample.targets if _has_words(text, self.form(target))), None)
        return right_or_wrong(found is not None, found or answer or None)


def _words(text: str) -> str:
    return normalize(text).strip(" .。!！?？")


def _has_words(text: str, words: str) -> bool:
    """Return whether `words` occurs in `text` and neither end of it continues within a word."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not (_continues(text[max(start - 1, 0) : start + 1]) or _continues(text[end - 1 : end + 1])):
            return True
        start = text.find(words, start + 1)
    return False


def _continues(pair: str) -> bool:
    """Return whether two neighbouring characters belong to one word."""
    # U+2E80 is where the scripts begin that are written without spaces.
    return len(pair) == 2 and all(character.isalnum() and character < "\u2e80" for character in pair)
