"""The messages of a conversation as they are recorded: what is sent, and beside it what only readers need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_evalscope.types.sample import Message, Messages

STEP = "step"
"""The key of a message in a trajectory under which everything is that no model is sent."""
DATA: Mapping[str, Any] = {"from": "data"}
"""The step of an assistant message that the data contains: no model wrote it in this run."""


REASONING = "reasoning_content"
"""The key of an assistant message under which the model's reasoning goes back to an endpoint that demands it."""


def sendable(messages: Iterable[Message]) -> Messages:
    """Return the messages without what belongs to the record alone; the model's reasoning stays, under `REASONING`."""
    return tuple(_sendable(each) for each in messages)


def _sendable(message: Message) -> Message:
    made = {name: value for name, value in message.items() if name != STEP}
    step = message.get(STEP)
    reasoning = step.get("reasoning") if isinstance(step, Mapping) else None
    return {**made, REASONING: reasoning} if reasoning else made


def without_reasoning(messages: Messages) -> Messages:
    """Return the messages without the model's reasoning, as most endpoints and chat templates want them."""
    if not any(REASONING in each for each in messages):
        return messages
    return tuple({name: value for name, value in each.items() if name != REASONING} for each in messages)


def spoken(trajectory: Messages) -> tuple[str, ...]:
    """Return the texts of the model's own messages, in their order; "" for one that only calls tools."""
    own = (each for each in trajectory if each.get("role") == "assistant" and each.get(STEP) != DATA)
    return tuple(_text(each.get("content")) for each in own)


def said(texts: Iterable[str]) -> Messages:
    """Return a trajectory of the model's own messages alone, as the first records kept it, under `turns`."""
    return tuple({"role": "assistant", "content": text} for text in texts)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, (list, tuple)) else ()
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, Mapping))
