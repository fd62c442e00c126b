"""Tokens that a tokenizer puts around a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Encode = Callable[[Sequence[str], bool], Sequence[Sequence[int]]]
"""Texts → their tokens; the second argument says whether with those that the model wants around every text."""
_SAMPLE = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Tokens before and after every text that is encoded with special tokens."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()

    def prompt(self, tokens: Sequence[int]) -> list[int]:
        """Return the tokens of a text that is to be continued.

        Those after the text are left out: a model that reads that a text has ended goes on with another one. Those
        before it are there once, also where the text spells them itself.
        """
        own = list(tokens)
        if self.after and tuple(own[-len(self.after) :]) == self.after:
            del own[-len(self.after) :]
        count = len(self.before)
        if count and tuple(own[count : 2 * count]) == self.before:
            del own[:count]
        return own


def frame_of(encode: Encode) -> Frame:
    """Return what the tokenizer behind `encode` puts around texts."""
    [bare], [framed] = encode([_SAMPLE], False), encode([_SAMPLE], True)
    for begin in range(len(framed) - len(bare) + 1):
        end = begin + len(bare)
        if list(framed[begin:end]) == list(bare):
            return Frame(before=tuple(framed[:begin]), after=tuple(framed[end:]))
    return Frame()
