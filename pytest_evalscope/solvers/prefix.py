"""The part of a prompt that all samples of a job share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from pytest_evalscope.types import Message, Messages, Sample


class _Shots:
    """Worked examples that equal only themselves: comparing identities costs nothing, comparing texts does."""

    __slots__ = ("samples",)

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples = samples

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shots) and other.samples is self.samples

    def __hash__(self) -> int:
        return id(self.samples)


@lru_cache(maxsize=1024)
def _rendered(render: Callable[[Sample], str], intro: str, shots: _Shots) -> str:
    return "\n\n".join([intro, *map(render, shots.samples), ""])


def shots_prefix(render: Callable[[Sample], str], intro: str, shots: Sequence[Sample]) -> str:
    """Return the worked examples as text, rendered once for every sequence that is passed (by identity).

    `render` must be hashable: a bound method of a frozen solver is. Empty without shots.
    """
    return _rendered(render, intro, _Shots(shots)) if shots else ""


def as_messages(system: str, content: str) -> Messages:
    """Return one user message, after the system's if there is one."""
    user: Message = {"role": "user", "content": content}
    return ({"role": "system", "content": system}, user) if system else (user,)
