"""Solver of conversations, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers.prompt import with_attached
from pytest_evalscope.solvers.steps import joined, own_message
from pytest_evalscope.types import Chat, Completion, Context, Message, Messages, Sample
from pytest_evalscope.types.trajectory import DATA, STEP, sendable


@dataclass(frozen=True, slots=True, kw_only=True)
class turns:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=turns()`
    """Run the conversation of a sample: each user message is sent with all messages before it.

    The sample's input is its messages. The model answers a user message unless an assistant message follows it in the
    data: that one is sent in place of a completion. Messages after the last question are not sent.

    The sample's pictures, sound and video go where a marker names them (`<image 1>`), else at the head of the first
    user message.

    The completion is the last one; `completion.turns` has the texts of all, in their order, `completion.trajectory` all
    messages after the first prompt. Tokens, seconds and requests are those of all turns together. When a turn has no
    completion, the sample has none.
    """

    system: str = ""
    """The system prompt; one at the head of the sample's own messages comes after it."""

    needs_requests: ClassVar[frozenset[type]] = frozenset({Chat})

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the last completion with the whole trajectory. Raises UsageError when there is nothing to answer."""
        said: list[Message] = []
        replies: list[Completion] = []
        prompt = end = 0
        messages = self.render(sample)
        for place, message in enumerate(messages, start=1):
            said.append(message if message["role"] != "assistant" else {**message, STEP: DATA})
            if message["role"] == "user" and not _answered(messages[place:]):
                prompt = prompt or len(said)
                replies.append(await context.generate(sendable(said), tools=sample.tools))
                said.append(own_message(replies[-1]))
                end = len(said)
        if not replies:
            raise UsageError(f"turns: sample {sample.id!r} has no unanswered user message; at least 1 is needed")
        return joined(replies, said[prompt:end])

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the messages of the sample, the model's own completions left out."""
        asked = ({"role": "user", "content": sample.input},) if isinstance(sample.input, str) else sample.input
        given = with_attached(asked, sample)
        return ({"role": "system", "content": self.system}, *given) if self.system else given


def _answered(following: Messages) -> bool:
    return bool(following) and following[0]["role"] == "assistant"
