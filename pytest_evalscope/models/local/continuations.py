"""A prompt and its continuations as tokens: what the engines on this machine read, and what of it is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.types import ContinuationLogprob, clean

Encode = Callable[[Sequence[str], bool], Sequence[Sequence[int]]]
"""Texts → their tokens; the second argument says whether with those that the model wants around every text."""


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
        """All but the last: what comes after that is not needed."""
        return self.tokens[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenizer:
    """The properties of an engine that are needed to make lines for it."""

    name: str
    """The model's, for errors."""
    encode: Encode
    first: int | None
    """The token that begins a text, or without one, that ends one."""
    context: int
    """Tokens that the model reads at once."""

    def lines(self, text: str, continuations: Sequence[str], *, special: bool = True) -> list[Line]:
        """Return the lines of the continuations of `text`, which is the prompt; none for an empty continuation.

        The bound between prompt and continuation is that of the LM Evaluation Harness: spaces that end the prompt
        belong to the continuation, both are encoded as one text, and what comes after as many tokens as the prompt
        alone has is scored. After an empty prompt the text is scored from its first token on, which is predicted
        from `first`; one that is longer than the context is read in windows that do not overlap in what they score.

        Raises RequestRefused for more tokens than the context holds after a prompt, and for an empty prompt without
        `first`.
        """
        prompt = text.rstrip()
        spaces = text[len(prompt) :]
        wanted = [
            (place, spaces + clean(text)) for place, text in enumerate(continuations) if spaces + clean(text) != ""
        ]
        if not prompt:
            encoded = self.encode([text for _, text in wanted], False)
            return [
                line for (place, _), tokens in zip(wanted, encoded, strict=True) for line in self._all(tokens, place)
            ]
        before, *encoded = self.encode([prompt, *(prompt + text for _, text in wanted)], special)
        return [self._after(len(before), tokens, place) for (place, _), tokens in zip(wanted, encoded, strict=True)]

    def _after(self, before: int, tokens: Sequence[int], place: int) -> Line:
        if len(tokens) - 1 > self.context:
            raise RequestRefused(
                f"{self.name}: prompt and continuation have {len(tokens)} tokens; accepted: up to {self.context + 1}, "
                "the model's context and the token after it"
            )
        return Line(tokens=tuple(tokens), start=max(1, min(before, len(tokens) - 1)), place=place)

    def _all(self, tokens: Sequence[int], place: int) -> Iterator[Line]:
        """Yield lines that score every token once, each with as much before it as the last window has room for."""
        if self.first is None:
            raise RequestRefused(
                f"{self.name}: it has no token that begins or ends a text, which scoring from the first word on needs"
            )
        text = list(tokens) if tokens[0] == self.first else [self.first, *tokens]
        scored = 1
        while scored < len(text):
            end = min(scored + self.context, len(text))
            begin = max(0, end - self.context - 1)
            yield Line(tokens=tuple(text[begin:end]), start=scored - begin, place=place)
            scored = end


def likelihoods_of(lines: Sequence[Line], count: int) -> tuple[ContinuationLogprob, ...]:
    """Return one for each of `count` continuations; one that was read in several lines is their sum."""
    parts: list[list[Line]] = [[] for _ in range(count)]
    for line in lines:
        parts[line.place].append(line)
    return tuple(
        ContinuationLogprob(
            logprob=sum(line.logprob for line in lines),
            tokens=sum(len(line.tokens) - line.start for line in lines),
            greedy=all(line.greedy for line in lines),
        )
        for lines in parts
    )


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
