"""From a finished row to a completion."""

from __future__ import annotations

import time

from pytest_evalscope.models.hf.likelihood_request import Choices
from pytest_evalscope.models.hf.sequence import Row
from pytest_evalscope.models.opened_thought import made_whole
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion, Timing, TokenLogprob, Usage


def completion_of(row: Row, *, model: str) -> Completion:
    """Return the completion of a finished row. The token that ends a completion counts as generated."""
    reasoning, text = split_reasoning(made_whole(row.opening, row.text) if row.opening else row.text)
    return Completion(
        text=row.special.without_tags(text) if row.special.tags else text,
        reasoning=reasoning,
        finish_reason=row.finish_reason,
        usage=Usage(prompt_tokens=len(row.prompt), completion_tokens=len(row.choices)),
        timing=Timing(latency=time.perf_counter() - row.order.submitted),
        logprobs=_logprobs(row) if row.sampling.logprobs else (),
        model=model,
    )


def likelihoods_of(choices: Choices, *, model: str) -> Completion:
    """Return the completion of a request that was scored, which has no text."""
    return Completion(
        text="",
        usage=Usage(
            prompt_tokens=len(choices.shared) + sum(len(line.tokens) - len(choices.shared) for line in choices.lines)
        ),
        timing=Timing(latency=time.perf_counter() - choices.order.submitted),
        likelihoods=choices.likelihoods(),
        model=model,
    )


def _logprobs(row: Row) -> tuple[TokenLogprob, ...]:
    return tuple(
        TokenLogprob(
            token=row.decode([choice.token]),
            logprob=choice.logprob,
            top=tuple((row.decode([token]), logprob) for token, logprob in choice.top),
        )
        for choice in row.choices
        if choice.logprob is not None
    )
