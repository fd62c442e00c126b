"""Reasons why a completion ended, in the words of many endpoints: whole, cut at its limit, filtered or broken off."""

from __future__ import annotations

import re
from typing import Any

from pytest_evalscope.types import clean

_WORDS = {
    "stop": "stop end_turn stop_sequence eos_token complete completed",
    "length": "length max_tokens model_length max_output_tokens model_context_window_exceeded max_length token_limit "
    "truncated",
    "tool_calls": "tool_calls tool_call tool_use",
}
_SAME = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
"""Words of Anthropic, Gemini, Cohere, Mistral, TGI, Together, GLM → OpenAI's."""

_FILTERED = re.compile(
    "content_?filter|safety|refusal|sensitive|recitation|prohibited|blocklist|spii|language$|model_armor|guardrail"
    "|moderation|error_toxic|image_(?:safety|recitation|prohibited)|blocked"
)
"""Words of Azure, Gemini, GLM, Anthropic, Bedrock, Cohere and gateways for what a filter withheld."""

_BROKEN_OFF = re.compile(
    "error|exception|abort|cancel|interrupt|fail|timed?_?out|time_limit|rate_limit|insufficient|overload|preempt"
    "|malformed|unexpected_tool|too_many_tool|missing_thought|function_call_filter|unspecified|incomplete"
    "|^(?:other|image_other|no_image|unknown|null|none|pause_turn|compaction|in_progress|queued)$"
)
"""Words of OpenRouter, vLLM, SGLang, DeepSeek, GLM, Gemini, Cohere, Bedrock for what ended before it was complete.

`pause_turn` and `compaction` are Anthropic's for a turn that goes on in another request.
"""


def finish_word(reason: Any) -> str:
    """Return why a completion ended, in OpenAI's words where it has one for it; "" when no reason is given.

    Raises ValueError when the endpoint says that it, not the model, ended the completion.
    """
    if reason == "stop":
        return "stop"
    if not reason or not isinstance(reason, str):
        return ""
    word = clean(reason[:100])
    name = re.sub("[- ]", "_", word.lower().strip()).removeprefix("finish_reason_")
    if name in _SAME:
        return _SAME[name]
    if _FILTERED.match(name):
        return "content_filter"
    if _BROKEN_OFF.search(name):
        raise ValueError(f"the endpoint aborted the completion (finish_reason {word!r})")
    return word
