"""Scorers of log-probabilities: the likeliest option, and the likelihood of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.text import fill, label_of
from pytest_evalscope.types import Completion, Context, ContinuationLogprob, Sample, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class likeliest:  # noqa: N801 - it is called like a function in a benchmark's slots
    """1 when the option that the model finds likeliest is the target, else 0, by several ways to compare options.

    `accuracy`: by the log-probability of the whole option; `acc_norm`: per character; `acc_bytes`: per byte of UTF-8;
    `acc_token`: per token; `acc_mutual_info`: by how much likelier the question makes it. The first of equals counts.
    All but `acc_token` are the LM Evaluation Harness's, where `accuracy` is called `acc`; white space around an option
    has no length. Of several targets any one is right.
    """

    option: str = " {text}"
    """The continuation as in the solver: `acc_norm` and `acc_bytes` divide by its length."""
    unconditional: bool = False
    """True: the log-probabilities without the question come after the others."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of every Score's values."""
        return ("accuracy", "acc_norm", "acc_bytes", "acc_token", *(("acc_mutual_info",) * self.unconditional))

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one sample. Raises ScorerError for a target that is not one of the options."""
        labels = [label_of(index) for index in range(len(sample.choices))]
        targets = _targets(sample, labels)
        found = _found(completion, len(labels) * (2 if self.unconditional else 1))
        texts = [
            fill(self.option, {"label": label, "text": text}).strip()
            for label, text in zip(labels, sample.choices, strict=True)
        ]
        own, alone = found[: len(labels)], found[len(labels) :]
        sums = [likelihood.logprob for likelihood in own]
        ranked = {
            "accuracy": sums,
            "acc_norm": _per(sums, [len(text) for text in texts]),
            "acc_bytes": _per(sums, [len(text.encode()) for text in texts]),
            "acc_token": _per(sums, [likelihood.tokens for likelihood in own]),
        }
        if self.unconditional:
            ranked["acc_mutual_info"] = [value - other.logprob for value, other in zip(sums, alone, strict=True)]
        picked = {name: labels[values.index(max(values))] for name, values in ranked.items()}
        values = {name: float(label in targets) for name, label in picked.items()}
        return Score(values=values, answer=picked["accuracy"])


@dataclass(frozen=True, slots=True)
class true_mass:  # noqa: N801 - as `likeliest`
    """The share of the right options in the probability of all: TruthfulQA's MC2 (arXiv:2109.07958), in [0, 1].

    The sample's targets are the labels of all options that are right.
    """

    metrics: tuple[str, ...] = ("mc2",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the share. Raises ScorerError for a target that is not one of the options."""
        labels = [label_of(index) for index in range(len(sample.choices))]
        targets = _targets(sample, labels)
        sums = [likelihood.logprob for likelihood in _found(completion, len(labels))]
        most = max(sums)  # so that the likeliest never comes out as 0
        shares = [exp(value - most) for value in sums]
        true = sum(share for share, label in zip(shares, labels, strict=True) if label in targets)
        return Score(values={"mc2": true / sum(shares)}, answer=labels[sums.index(most)])


@dataclass(frozen=True, slots=True)
class surprisal:  # noqa: N801 - as `likeliest`
    """The improbability of a text: `nats` (the negative log-probability), and its `tokens`, `words` and `bytes`.

    Words are separated by white space, as the LM Evaluation Harness counts them; bytes are those of UTF-8. The metrics
    are `stats.perplexities()`.
    """

    metrics: tuple[Literal["nats", "tokens", "words", "bytes"], ...] = ("nats", "tokens", "words", "bytes")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the counts of one text. Raises ScorerError for a text without a token."""
        (found,) = _found(completion, 1)
        if not found.tokens:
            raise ScorerError(
                f"perplexity: the text of sample {sample.id!r} has no token; accepted: a text that is not empty"
            )
        text = str(sample.input)
        counts = {
            "nats": -found.logprob,
            "tokens": float(found.tokens),
            "words": float(len(text.split()) + (text[:1].isspace() + text[-1:].isspace())),
            "bytes": float(len(text.encode())),
        }
        return Score(values=counts, answer=f"{found.logprob:.6g} nats in {found.tokens} tokens")


def _targets(sample: Sample, labels: Sequence[str]) -> tuple[str, ...]:
    targets = sample.targets
    if not targets or not set(targets).issubset(labels):
        raise ScorerError(
            f"likelihood: the target is not one of the options ({sample.target!r}); accepted: {','.join(labels)}"
        )
    return targets


def _found(completion: Completion, count: int) -> tuple[ContinuationLogprob, ...]:
    if len(completion.likelihoods) != count:
        raise ScorerError(
            f"likelihood: the completion has {len(completion.likelihoods)} log-probabilities where {count} are needed; "
            "the solver likelihood() requests them"
        )
    return completion.likelihoods


def _per(sums: Sequence[float], lengths: Sequence[int]) -> list[float]:
    """Return sums per unit of length; an option of none counts as if it had one."""
    return [value / max(1, length) for value, length in zip(sums, lengths, strict=True)]
