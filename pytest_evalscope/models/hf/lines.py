"""From a request for log-probabilities to the tokens that a model reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.load import Loaded
from pytest_evalscope.models.hf.prompt import prompt_text
from pytest_evalscope.models.hf.row import Order
from pytest_evalscope.types import Likelihood, clean


@dataclass(slots=True, kw_only=True, eq=False)
class Line:
    """Tokens that are read one after the other, of which those from `start` on are scored."""

    tokens: tuple[int, ...]
    start: int
    """At least 1: nothing can be said of a token that has none before it."""
    place: int
    """The number of the continuation that it is a part of."""
    logprob: float = 0.0
    greedy: bool = True

    @property
    def read(self) -> tuple[int, ...]:
        """All but the last: what comes after that is not asked."""
        return self.tokens[:-1]


@dataclass(slots=True, kw_only=True, eq=False)
class Choices:
    """One request: the continuations of one prompt, as lines."""

    order: Order
    lines: tuple[Line, ...]
    error: str = ""
    shared: tuple[int, ...] = field(init=False)
    """Tokens that all lines begin with and that are not scored; empty when they share none."""

    def __post_init__(self) -> None:
        least = min((line.start for line in self.lines), default=0)
        self.shared = common([line.read for line in self.lines])[:least]

    def likelihoods(self) -> tuple[Likelihood, ...]:
        """Return one for each continuation; one that was read in several lines is their sum."""
        parts: list[list[Line]] = [[] for _ in self.order.request.continuations]
        for line in self.lines:
            parts[line.place].append(line)
        return tuple(
            Likelihood(
                logprob=sum(line.logprob for line in lines),
                tokens=sum(len(line.tokens) - line.start for line in lines),
                greedy=all(line.greedy for line in lines),
            )
            for lines in parts
        )


def choices_of(name: str, loaded: Loaded, order: Order) -> Choices:
    """Return the lines of a request.

    The bound between prompt and continuation is that of the LM Evaluation Harness: spaces that end the prompt belong to
    the continuation, both are encoded as one text, and what comes after as many tokens as the prompt alone has is
    scored. After an empty prompt the text is scored from its first token on, which is told from the token that begins a
    text (or, where there is none, ends one); longer ones than the context are read in windows that do not overlap in
    what they score.

    Raises RequestRefused: tools, a chat that the model's template does not take, more tokens than the context holds.
    """
    if order.request.tools:
        raise RequestRefused(f"{name}: no tools can stand before a continuation")
    tokenizer = loaded.tokenizer
    text, special = prompt_text(name, tokenizer, order)
    prompt = text.rstrip()
    spaces = text[len(prompt) :]
    before = _encode(tokenizer, prompt, special=special) if prompt else []
    lines: list[Line] = []
    for place, continuation in enumerate(order.request.continuations):
        wanted = spaces + clean(continuation)
        if not wanted:
            continue
        if before:
            tokens = _encode(tokenizer, prompt + wanted, special=special)
            _check_length(name, loaded, tokens)
            lines.append(Line(tokens=tuple(tokens), start=max(1, min(len(before), len(tokens) - 1)), place=place))
        else:
            lines += _windows(_encode(tokenizer, wanted, special=False), _first(name, tokenizer), loaded.context, place)
    return Choices(order=order, lines=tuple(lines))


def common(sequences: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the tokens that all `sequences` begin with; none of no sequence."""
    if not sequences:
        return ()
    # The first and the last in order differ where any two do.
    low, high = min(sequences), max(sequences)
    for place, (one, other) in enumerate(zip(low, high, strict=False)):
        if one != other:
            return low[:place]
    return low


def _encode(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    tokens: list[int] = tokenizer(text, add_special_tokens=special)["input_ids"]
    return tokens


def _check_length(name: str, loaded: Loaded, tokens: Sequence[int]) -> None:
    if len(tokens) - 1 > loaded.context:
        raise RequestRefused(
            f"{name}: prompt and continuation have {len(tokens)} tokens; accepted: up to {loaded.context + 1}, "
            "the model's context and the token after it"
        )


def _first(name: str, tokenizer: Any) -> int:
    for token in (tokenizer.bos_token_id, tokenizer.eos_token_id):
        if token is not None:
            return int(token)
    raise RequestRefused(f"{name}: its tokenizer has no token that begins or ends a text, which an empty prompt needs")


def _windows(tokens: Sequence[int], first: int, width: int, place: int) -> Iterator[Line]:
    """Yield lines that score every token once, each with as much before it as the last window has room for."""
    text = list(tokens) if tokens[:1] == [first] else [first, *tokens]
    scored = 1
    while scored < len(text):
        end = min(scored + width, len(text))
        begin = max(0, end - width - 1)
        yield Line(tokens=tuple(text[begin:end]), start=scored - begin, place=place)
        scored = end
