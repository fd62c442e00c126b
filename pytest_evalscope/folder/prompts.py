"""The prompts in a file of predictions, each once: repeats that were asked the same refer to the first that is there.

A line has its `messages`, or `"messages": null` and `messages_of`, the repeat of the same sample, in an earlier line,
that has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pytest_evalscope.errors import DataError
from pytest_evalscope.folder.lines import OF, Lines
from pytest_evalscope.types import Message
from pytest_evalscope.types.encode import to_json


class PromptsWritten:
    """What a file that is being written holds already, as long as repeats of the same sample may come."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, bytes]] = {}
        """Sample → the repeat that has its messages, and a hash over these."""
        self._missing: dict[str, int] = {}
        """Sample → how many of its repeats are not written yet."""

    def fields(self, sample_id: str, repeat: int, messages: Sequence[Message], repeats: int) -> dict[str, Any]:
        """Return what the line of one repeat, of `repeats` in all, says of its prompt."""
        if repeats < 2:
            return {"messages": messages}
        digest = hashlib.blake2b(to_json(messages), digest_size=16).digest()
        first, known = self._first.setdefault(sample_id, (repeat, digest))
        left = self._missing.get(sample_id, repeats) - 1
        self._missing[sample_id] = left
        if not left:
            del self._first[sample_id], self._missing[sample_id]
        return {"messages": None, OF: first} if first != repeat and known == digest else {"messages": messages}


def with_messages(fields: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return a line of predictions with the messages that it refers to; `lines` are those of its file.

    Raises DataError where these are not there.
    """
    if OF not in fields:
        return fields
    sample_id, repeat = fields["sample_id"], fields[OF]
    found = lines.find(sample_id, repeat)
    if found is None or not isinstance(found.get("messages"), list):
        raise DataError(f"{lines.path}: sample {sample_id} refers to messages that are not there (repeat {repeat!r})")
    return {**{name: value for name, value in fields.items() if name != OF}, "messages": found["messages"]}
