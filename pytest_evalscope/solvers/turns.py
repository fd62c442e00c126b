"""Solver of conversations, turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

from pytest_evalscope.errors import UsageError
from pytest_evalscope.types import Completion, Context, Message, Messages, Sample, Timing, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class turns:  # noqa: N801 - it is called like a function in a benchmark's slots: `solve=turns()`
    """Run the conversation of a sample: each user message is sent with all messages before it.

    The sample's input is its messages. The model answers a user message unless an assistant message follows it in the
    data: that one is sent in place of a completion. Messages after the last question are not sent.

    The completion is the last completion; `completion.turns` holds the texts of all, in their order. Tokens, seconds
    and requests are those of all turns together. When a turn gets no completion, the sample has none.
    """

    system: str = ""
    """The system prompt; one at the head of the sample's own messages comes after it."""

    async def __call__(self, sample: Sample, context: Context) -> Completion:
        """Return the last completion with all of them in `turns`. Raises UsageError without a message to answer."""
        sent: list[Message] = []
        completions: list[Completion] = []
        messages = self.render(sample)
        for place, message in enumerate(messages, start=1):
            sent.append(message)
            if message["role"] == "user" and not _answered(messages[place:]):
                completion = await context.generate(tuple(sent), tools=sample.tools)
                completions.append(completion)
                sent.append({"role": "assistant", "content": completion.text})
        if not completions:
            raise UsageError(f"turns: sample {sample.id!r} has no unanswered user message; at least 1 is needed")
        return _joined(completions)

    def render(self, sample: Sample, shots: Sequence[Sample] = ()) -> Messages:
        """Return the messages of the sample, the model's own completions left out."""
        given = ({"role": "user", "content": sample.input},) if isinstance(sample.input, str) else sample.input
        return ({"role": "system", "content": self.system}, *given) if self.system else given


def _answered(following: Messages) -> bool:
    return bool(following) and following[0]["role"] == "assistant"


def _joined(completions: Sequence[Completion]) -> Completion:
    """Return the last completion with the sums over all of them."""
    return replace(
        completions[-1],
        turns=tuple(completion.text for completion in completions),
        usage=Usage(
            prompt_tokens=sum(completion.usage.prompt_tokens for completion in completions),
            completion_tokens=sum(completion.usage.completion_tokens for completion in completions),
        ),
        timing=Timing(
            latency=fsum(completion.timing.latency for completion in completions), ttft=completions[0].timing.ttft
        ),
        # What came from the cache took no request now.
        attempts=sum(0 if completion.cached else completion.attempts for completion in completions),
        cached=all(completion.cached for completion in completions),
    )
