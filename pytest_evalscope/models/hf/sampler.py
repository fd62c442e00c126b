"""Choosing the next token of every row, each with its own parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.models.local.sampling import Sampling

_HEAD = 1024
"""As a rule top_k and top_p keep fewer tokens than this; sorting a whole vocabulary takes half as long as the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The token that a row got."""

    token: int
    logprob: float | None = None
    """Its log-probability under the model's own distribution (natural logarithm); None unless requested."""
    top: tuple[tuple[int, float], ...] = ()
    """The likeliest tokens of that distribution with their log-probabilities, the likeliest first."""


def choose(logits: Any, samplings: Sequence[Sampling], draws: Sequence[float]) -> list[Choice]:
    """Return one choice per row of `logits` `[rows, vocabulary]`.

    `draws` holds one number in [0, 1) per row, which alone decides among the tokens: a row's tokens do not depend
    on the rows beside it. Log-probabilities are those before temperature, top_k and top_p, as OpenAI gives them.
    """
    logits = logits.float()
    tokens = logits.argmax(-1)
    # Apart, since those that are cut are sampled in another order: the same draw would mean another token.
    for cut in (False, True):
        rows = [row for row, sampling in enumerate(samplings) if sampling.temperature > 0 and _is_cut(sampling) == cut]
        if rows:
            tokens[rows] = _draw(logits[rows], [samplings[row] for row in rows], [draws[row] for row in rows])
    wanted = [row for row, sampling in enumerate(samplings) if sampling.logprobs]
    choices = [Choice(token=token) for token in tokens.tolist()]
    if wanted:
        logprobs = logits[wanted].log_softmax(-1)
        own = logprobs.gather(-1, tokens[wanted].unsqueeze(-1)).squeeze(-1).tolist()
        values, indices = logprobs.topk(min(max(samplings[row].top_logprobs for row in wanted), logprobs.shape[-1]))
        for row, logprob, *likeliest in zip(wanted, own, indices.tolist(), values.tolist(), strict=True):
            top = tuple(zip(*likeliest, strict=True))[: samplings[row].top_logprobs]
            choices[row] = Choice(token=choices[row].token, logprob=logprob, top=top)
    return choices


def _is_cut(sampling: Sampling) -> bool:
    return sampling.top_k > 0 or sampling.top_p < 1


def _draw(logits: Any, samplings: Sequence[Sampling], draws: Sequence[float]) -> Any:
    """Draw one token per row: temperature, then top_k, then top_p over what is left, then the inverse of the sum.

    All rows are cut, or none is.
    """
    logits = logits.double()

    def column(numbers: Sequence[float]) -> Any:
        return logits.new_tensor(numbers).unsqueeze(-1)

    probs = (logits / column([sampling.temperature for sampling in samplings])).softmax(-1)
    order = None
    if _is_cut(samplings[0]):
        counts = column([sampling.top_k or probs.shape[-1] for sampling in samplings])
        probs, order = _cut(probs, counts, column([sampling.top_p for sampling in samplings]))
    sums = probs.cumsum(-1)
    total = sums[:, -1:]
    # The first sum above the target, or that reaches the total: a token of probability 0 is never either.
    picked = ((sums <= column(draws) * total) & (sums < total)).sum(-1, keepdim=True)
    return (picked if order is None else order.gather(-1, picked)).squeeze(-1)


def _cut(probs: Any, counts: Any, shares: Any) -> tuple[Any, Any]:
    """Return the probabilities in falling order, 0 where top_k or top_p cut them off, and the tokens they belong to."""
    vocabulary = probs.shape[-1]
    size = min(vocabulary, _HEAD)
    head, order = probs.topk(size)
    enough = (counts <= size) | ((counts == vocabulary) & (head.sum(-1, keepdim=True) >= shares))
    if not enough.all():
        head, order = probs.sort(descending=True)
    ranks = head.new_ones(head.shape[-1]).cumsum(-1)
    head = head * (ranks <= counts)
    mass = head.sum(-1, keepdim=True).where(counts < vocabulary, probs.new_ones(1))
    # A token stays while the mass before it has not reached its share; the likeliest always does.
    before = head.cumsum(-1) - head
    return head * ((before < shares * mass) | (ranks == 1)), order
