"""The prompts in a file of predictions, each once: repeats with the same prompt refer to the first that is there.

A line has its `messages`, or `"messages": null` and `messages_of`, the repeat of the same sample, in an earlier line,
that has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pytest_evalscope.types import Message
from pytest_evalscope.types.encode import to_json

OF = "messages_of"
"""The field of a prediction that names the repeat whose line has its messages."""


class PromptsWritten:
    """The prompts that a file being written contains, each until all repeats of its sample are written."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, bytes]] = {}
        """Sample → the repeat that has its messages, and a hash over these."""
        self._missing: dict[str, int] = {}
        """Sample → number of its repeats that are not written yet."""

    def fields(self, sample_id: str, repeat: int, messages: Sequence[Message], repeats: int) -> dict[str, Any]:
        """Return what the line of one repeat, of `repeats` in all, says of its prompt."""
        digest = hashlib.blake2b(to_json(messages), digest_size=16).digest()
        first, known = self._first.setdefault(sample_id, (repeat, digest))
        left = self._missing.get(sample_id, repeats) - 1
        self._missing[sample_id] = left
        if not left:
            del self._first[sample_id], self._missing[sample_id]
        return {"messages": None, OF: first} if first != repeat and known == digest else {"messages": messages}
