"""A request for log-probabilities as the batch reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.load import Loaded, encode
from pytest_evalscope.models.hf.prompt import prompt_text
from pytest_evalscope.models.hf.sequence import Order
from pytest_evalscope.models.local.continuations import Line, Tokenizer, common, likelihoods_of
from pytest_evalscope.models.opened_thought import opened_by
from pytest_evalscope.types import ContinuationLogprob, raw_text


@dataclass(slots=True, kw_only=True, eq=False)
class Choices:
    """One request: the continuations of one prompt, as lines."""

    order: Order
    lines: Sequence[Line]
    count: int
    """Number of continuations; an empty one has no line."""
    error: str = ""
    shared: tuple[int, ...] = field(init=False)
    """Tokens that all lines begin with and that are not scored; empty when they share none."""

    def __post_init__(self) -> None:
        least = min((line.start for line in self.lines), default=0)
        self.shared = common([line.read for line in self.lines])[:least]

    def likelihoods(self) -> tuple[ContinuationLogprob, ...]:
        """Return one for each continuation of the request."""
        return likelihoods_of(self.lines, self.count)


def choices_of(name: str, loaded: Loaded, order: Order, continuations: Sequence[str]) -> Choices:
    """Return the lines of a request: the continuations of its messages.

    Raises RequestRefused: a chat that the model's template does not take or after which it opens a thought, more tokens
    than the context holds.
    """
    text, special = prompt_text(name, loaded.tokenizer, order)
    if raw_text(order.request.messages) is None and (opening := opened_by(text, order.request.messages)):
        raise RequestRefused(
            f"{name}: its chat template opens a thought ({opening.strip()}), and options would be scored within it; "
            "accepted: likelihood after a plain prompt (chat=False), or a template without thoughts",
            hint='many templates take the generation parameter chat_template_kwargs, {"enable_thinking": false}',
        )
    named = (loaded.tokenizer.bos_token_id, loaded.tokenizer.eos_token_id)
    tokenizer = Tokenizer(
        name=name,
        encode=partial(encode, loaded.tokenizer),
        first=next((token for token in named if token is not None), None),
        context=loaded.context,
        frame=loaded.frame,
    )
    lines = tokenizer.lines(text, continuations, special=special)
    return Choices(order=order, lines=lines, count=len(continuations))
