"""Right or wrong: the answer found in a reply against the sample's target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_evalscope.text import extract_choice, extract_number, label_of, normalize, parse_number
from pytest_evalscope.types import Completion, Context, Sample, Score


def _targets(sample: Sample) -> tuple[str, ...]:
    return (sample.target,) if isinstance(sample.target, str) else sample.target


def _mark(right: bool, answer: str | None) -> Score:
    return Score(values={"accuracy": float(right)}, answer=answer)


@dataclass(frozen=True, slots=True)
class number:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=number()`
    """1 when the number that the reply gives equals the target."""

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        answer = extract_number(completion.text)
        right = answer is not None and any(parse_number(answer) == parse_number(item) for item in _targets(sample))
        return _mark(right, answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class choice:  # noqa: N801 - as `number`
    """1 when the option that the reply chooses is the target."""

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        answer = extract_choice(completion.text, [label_of(index) for index in range(len(sample.choices))])
        return _mark(answer in _targets(sample), answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class exact:  # noqa: N801 - as `number`
    """1 when the whole reply is the target, in normal form."""

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        answer = normalize(completion.text)
        return _mark(answer in map(normalize, _targets(sample)), answer or None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class includes:  # noqa: N801 - as `number`
    """1 when the target stands somewhere in the reply as a whole word or words, in normal form.

    Chinese and Japanese, which put no space between words, are looked for anywhere.
    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        text = normalize(completion.text)
        return _mark(any(_has_words(text, normalize(item)) for item in _targets(sample)), text or None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


def _has_words(text: str, words: str) -> bool:
    """Whether `words` occurs in `text` and neither end of it continues within a word."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not (_continues(text[max(start - 1, 0) : start + 1]) or _continues(text[end - 1 : end + 1])):
            return True
        start = text.find(words, start + 1)
    return False


def _continues(pair: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    # U+2E80 is where the scripts begin that are written without spaces.
    return len(pair) == 2 and all(character.isalnum() and character < "\u2e80" for character in pair)
