"""Asking a conversation turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import ClassVar

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers.placing import attached
from pytest_evalscope.types import Chat, Completion, Context, Message, Messages, Sample, Timing, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class turns:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=turns()`
    """Hold the conversation of a sample: each user message is sent with all that was said before it.

    The sample's input is its messages. The model answers a user message unless an assistant message follows it in the
    data: that one is taken as said. Of the messages that come after its last question nothing is sent.

    The sample's pictures, sound and video stand where a marker names them (`<image 1>`), else at the head of the first
    user message.

    The completion is the last reply; `completion.turns` holds the texts of all, in their order. Tokens, seconds and
    requests are those of all turns together. When a turn gets no reply, the sample has none.
    """

    system: str = ""
    """The system prompt; one at the head of the sample's own messages comes after it."""

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the last reply with all replies in `turns`. Raises UsageError when nothing is asked."""
        said: list[Message] = []
        replies: list[Completion] = []
        messages = self.render(sample)
        for place, message in enumerate(messages, start=1):
            said.append(message)
            if message["role"] == "user" and not _answered(messages[place:]):
                reply = await context.generate(tuple(said), tools=sample.tools)
                replies.append(reply)
                said.append({"role": "assistant", "content": reply.text})
        if not replies:
            raise UsageError(f"turns: sample {sample.id!r} has no unanswered user message; one or more are asked")
        return _joined(replies)

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the messages of the sample: what is said to the model, its own replies left out."""
        asked = ({"role": "user", "content": sample.input},) if isinstance(sample.input, str) else sample.input
        given = attached(asked, sample.media)
        return ({"role": "system", "content": self.system}, *given) if self.system else given


def _answered(following: Messages) -> bool:
    return bool(following) and following[0]["role"] == "assistant"


def _joined(replies: Sequence[Completion]) -> Completion:
    """Return the last reply with the sums over all of them."""
    return replace(
        replies[-1],
        turns=tuple(reply.text for reply in replies),
        usage=Usage(
            prompt_tokens=sum(reply.usage.prompt_tokens for reply in replies),
            completion_tokens=sum(reply.usage.completion_tokens for reply in replies),
        ),
        timing=Timing(latency=fsum(reply.timing.latency for reply in replies), ttft=replies[0].timing.ttft),
        # What came from the cache took no request now.
        attempts=sum(0 if reply.cached else reply.attempts for reply in replies),
        cached=all(reply.cached for reply in replies),
    )
