"""Right or wrong: the answer found in a reply against the sample's target.

Of several targets any one is right. A reply in which no answer is found has the mark 0 and the answer None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pytest_evalscope.errors import ScorerError, UsageError
from pytest_evalscope.text import (
    extract_choice,
    extract_number,
    extract_text,
    label_of,
    normalize,
    number_value,
    parse_number,
)
from pytest_evalscope.types import Completion, Context, Sample, Score


@dataclass(frozen=True, slots=True)
class number:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=number()`
    """1 when the number that the reply gives has the value of the target, else 0.

    Values are compared exactly as decimals: 18, 18.00 and 36/2 are one. Units, currencies and percent signs count for
    nothing. How the number is found: `text.extract_number`.
    """

    tolerance: float = 0.0
    """How far from the target, as a share of it, a number may be and still be right: 0.01 is one percent."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance < 1:
            raise UsageError(f"number: no tolerance ({self.tolerance}); a share of the target is, such as 0.01")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply. Raises ScorerError for a target that is no number."""
        values = [parse_number(target) for target in _targets(sample)]
        if None in values:
            raise ScorerError(f"number: the target has no number ({sample.target!r}); sample {sample.id}")
        answer = extract_number(completion.text)
        value = None if answer is None else number_value(answer)
        return _mark(value is not None and self._near(value, values), answer)

    def _near(self, value: Decimal, values: list[Decimal | None]) -> bool:
        if not self.tolerance:
            return value in values
        share = Decimal(str(self.tolerance))
        return any(abs(value - right) <= share * abs(right) for right in values if right is not None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class choice:  # noqa: N801 - as `number`
    """1 when the option that the reply chooses is the target, else 0; a reply that chooses two is wrong.

    A target of several labels with commas between them ("A,C") asks for all of these and no other, in any order. How
    the options are found: `text.extract_choice`.
    """

    or_text: bool = False
    """Whether a reply that names no label may give the text of one option, as its stated answer or as all it says."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply. Raises ScorerError for a target that is none of the options."""
        labels = [label_of(index) for index in range(len(sample.choices))]
        targets = [set(target.split(",")) for target in _targets(sample)]
        if not set().union(*targets).issubset(labels):
            raise ScorerError(f"choice: the target is none of the options ({sample.target!r}); {','.join(labels)} are")
        answer = extract_choice(completion.text, labels)
        if answer is None and self.or_text:
            said = _words(extract_text(completion.text) or completion.text)
            named = [label for label, text in zip(labels, sample.choices, strict=True) if said and _words(text) == said]
            answer = named[0] if len(named) == 1 else None
        return _mark(answer is not None and set(answer.split(",")) in targets, answer)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class exact:  # noqa: N801 - as `number`
    """1 when the whole reply is the target, else 0; both in the form that `form` gives them."""

    form: Callable[[str], str] = normalize
    """`str.strip` for an exact comparison; the default passes over case, width and white space."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        reply = self.form(completion.text)
        return _mark(bool(reply) and reply in map(self.form, _targets(sample)), completion.text.strip() or None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


@dataclass(frozen=True, slots=True)
class includes:  # noqa: N801 - as `number`
    """1 when the target stands somewhere in the reply as a whole word or words, else 0.

    Chinese and Japanese, which put no space between words, are looked for anywhere. The answer is the target found;
    where none is found it is the whole reply.
    """

    form: Callable[[str], str] = normalize
    """As for `exact`."""
    stated: bool = False
    """Whether of a reply that states its answer (`ANSWER: …`) only that counts, and not what it weighs before."""
    metrics: tuple[str, ...] = ("accuracy",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the mark of one reply."""
        said = (extract_text(completion.text) if self.stated else None) or completion.text.strip()
        reply = self.form(said)
        found = next((target for target in _targets(sample) if _has_words(reply, self.form(target))), None)
        return _mark(found is not None, found or said or None)

    def failed(self, sample: Sample) -> Mapping[str, float]:
        """Return the values of a sample without a reply."""
        return {"accuracy": 0.0}


def _targets(sample: Sample) -> tuple[str, ...]:
    return (sample.target,) if isinstance(sample.target, str) else sample.target


def _words(text: str) -> str:
    return normalize(text).strip(" .。!！?？")


def _mark(right: bool, answer: str | None) -> Score:
    return Score(values={"accuracy": float(right)}, answer=answer)


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
