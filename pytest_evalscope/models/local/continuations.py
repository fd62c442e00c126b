"""A prompt and its continuations as tokens: what the engines on this machine read, and what of it is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.local.frame import Encode, Frame, frame_of
from pytest_evalscope.types import ContinuationLogprob, clean

_ANCHOR = "\n"
"""Text that no continuation's first token begins with, and that keeps a tokenizer from adding a space before it."""


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
    frame: Frame | None = None
    """Tokens around every text; None: found out by `encode`."""

    def lines(self, text: str, continuations: Sequence[str], *, special: bool = True) -> list[Line]:
        """Return the lines of the continuations of `text`, which is the prompt; none for an empty continuation.

        The bound between prompt and continuation is that of the LM Evaluation Harness: spaces that end the prompt
        belong to the continuation, both are encoded as one text, and what comes after the prompt's tokens is scored.
        Where the text's first tokens are not those of the prompt alone, because a token reaches over the bound, each
        is encoded by itself: every continuation is scored whole, and after the same tokens as the others. What a
        tokenizer puts after a text, such as a token that ends it, is neither read nor scored.

        After an empty prompt the text is scored from its first token on, which is predicted from `first`; one that is
        longer than the context is read in windows that do not overlap in what they score.

        Raises RequestRefused for more tokens than the context holds after a prompt, for an empty prompt without
        `first`, and for a continuation that is not empty and has no tokens.
        """
        prompt = text.rstrip()
        spaces = text[len(prompt) :]
        wanted = [
            (place, spaces + clean(text)) for place, text in enumerate(continuations) if spaces + clean(text) != ""
        ]
        if not prompt:
            encoded = self.encode([text for _, text in wanted], False)
            return [
                line
                for (place, text), tokens in zip(wanted, encoded, strict=True)
                for line in self._all(self._some(tokens, text), place)
            ]
        before, *encoded = self._encoded([prompt, *(prompt + text for _, text in wanted)], special)
        return [self._after(before, tokens, place, text) for (place, text), tokens in zip(wanted, encoded, strict=True)]

    def _encoded(self, texts: Sequence[str], special: bool) -> list[list[int]]:
        encoded = self.encode(texts, special)
        if not special:
            return list(map(list, encoded))
        frame = self.frame or frame_of(self.encode)
        return list(map(frame.prompt, encoded))

    def _after(self, before: list[int], tokens: list[int], place: int, text: str) -> Line:
        if tokens[: len(before)] != before:
            tokens = before + self._alone(text)
        start = max(1, len(before))
        self._some(tokens[start:], text)
        if len(tokens) - 1 > self.context:
            raise RequestRefused(
                f"{self.name}: prompt and continuation have {len(tokens)} tokens; accepted: up to {self.context + 1}, "
                "the model's context and the token after it"
            )
        return Line(tokens=tuple(tokens), start=start, place=place)

    def _alone(self, text: str) -> list[int]:
        """Return the tokens of a continuation by itself, without the space that some tokenizers put before a text."""
        anchor, anchored, plain = map(list, self.encode([_ANCHOR, _ANCHOR + text, text], False))
        return anchored[len(anchor) :] if anchored[: len(anchor)] == anchor else plain

    def _some(self, tokens: Sequence[int], text: str) -> Sequence[int]:
        if not tokens:
            raise RequestRefused(
                f"{self.name}: a continuation has no tokens ({text!r}); accepted: text that the tokenizer knows"
            )
        return tokens

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
