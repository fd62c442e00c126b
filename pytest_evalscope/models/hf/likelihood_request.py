"""A request for log-probabilities as the batch reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.load import Loaded
from pytest_evalscope.models.hf.prompt import prompt_text
from pytest_evalscope.models.hf.sequence import Order
from pytest_evalscope.models.local.continuations import Line, Tokenizer, common, likelihoods_of
from pytest_evalscope.types import Likelihood


@dataclass(slots=True, kw_only=True, eq=False)
class Choices:
    """One request: the continuations of one prompt, as lines."""

    order: Order
    lines: Sequence[Line]
    error: str = ""
    shared: tuple[int, ...] = field(init=False)
    """Tokens that all lines begin with and that are not scored; empty when they share none."""

    def __post_init__(self) -> None:
        least = min((line.start for line in self.lines), default=0)
        self.shared = common([line.read for line in self.lines])[:least]

    def likelihoods(self) -> tuple[Likelihood, ...]:
        """Return one for each continuation of the request."""
        return likelihoods_of(self.lines, len(self.order.request.continuations))


def choices_of(name: str, loaded: Loaded, order: Order) -> Choices:
    """Return the lines of a request.

    Raises RequestRefused: tools, a chat that the model's template does not take, more tokens than the context holds.
    """
    if order.request.tools:
        raise RequestRefused(f"{name}: no tools can stand before a continuation")
    text, special = prompt_text(name, loaded.tokenizer, order)
    named = (loaded.tokenizer.bos_token_id, loaded.tokenizer.eos_token_id)

    def encode(texts: Sequence[str], special: bool) -> list[list[int]]:
        tokens: list[list[int]] = (
            loaded.tokenizer(list(texts), add_special_tokens=special)["input_ids"] if texts else []
        )
        return tokens

    tokenizer = Tokenizer(
        name=name,
        encode=encode,
        first=next((token for token in named if token is not None), None),
        context=loaded.context,
    )
    return Choices(order=order, lines=tokenizer.lines(text, order.request.continuations, special=special))
