"""Results of a solver of several requests: the messages for the record, and one completion of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import Any

from pytest_evalscope.types import Completion, Message, Messages, Timing, Usage
from pytest_evalscope.types.trajectory import STEP


def own_message(completion: Completion, **fields: Any) -> Message:
    """Return a completion as the assistant message of a trajectory, with what it took under `step`."""
    usage = completion.usage
    step = {
        "finish_reason": completion.finish_reason,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "seconds": round(completion.timing.latency, 6),
        "cached": completion.cached,
        **({"reasoning": completion.reasoning} if completion.reasoning else {}),
    }
    return {"role": "assistant", "content": completion.text, **fields, STEP: step}


def joined(completions: Sequence[Completion], trajectory: Sequence[Message]) -> Completion:
    """Return the last completion with the trajectory, and the sums over all of them."""
    messages: Messages = tuple(trajectory)
    return replace(
        completions[-1],
        trajectory=messages,
        usage=Usage(
            prompt_tokens=sum(each.usage.prompt_tokens for each in completions),
            completion_tokens=sum(each.usage.completion_tokens for each in completions),
        ),
        timing=Timing(latency=fsum(each.timing.latency for each in completions), ttft=completions[0].timing.ttft),
        # What came from the cache took no request now.
        attempts=sum(0 if each.cached else each.attempts for each in completions),
        cached=all(each.cached for each in completions),
    )
