"""Reasons why a completion ended, in the words of many endpoints: whole, cut at its limit, filtered or broken off."""

from __future__ import annotations

import re
from typing import Any

from pytest_evalscope.text.patterns import pattern
from pytest_evalscope.types import clean

_WORDS = {
    "stop": "stop end_turn stop_sequence eos_token complete completed",
    "length": "length max_tokens model_length max_output_tokens model_context_window_exceeded max_length token_limit "
    "truncated",
    "tool_calls": "tool_calls tool_call tool_use",
}
_SAME = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
"""Words of Anthropic, Gemini, Cohere, Mistral, TGI, Together, GLM → OpenAI's."""

_MALFORMED = pattern("malformed|function_call_filter")
"""Gemini's words, and a gateway's for them, for a tool call that could not be read: no filter withheld it."""

_FILTERED = pattern(
    "content_?filter|^language$|error_toxic"
    r"|(?<![^_])(?:filter|block|blacklist|safety|moderat|prohibited|refusal|sensitive|recitation|spii|model_armor|guardrail)"
)
"""Words of Azure, Gemini, GLM, Anthropic, Bedrock, Cohere and gateways for what a filter withheld."""

_CUT = pattern(
    r"(?<![^_])(?:length|max_(?:\w+_)?tokens|max_output|tokens?_limit|truncat|context(?!_(?:cancel|deadline|timeout)))"
)
"""Words for what reached a limit; `context canceled` and `context deadline exceeded` are Go's for a lost request."""

_BROKEN_OFF = pattern(
    "error|exception|abort|cancel|interrupt|fail|timed?_?out|time_limit|rate_limit|insufficient|overload|preempt"
    "|unexpected_tool|too_many_tool|missing_thought|unspecified|incomplete|deadline"
    r"|(?<![^_])(?:not_finished|unfinished|repetition|max_time|shut_?down|closed)"
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
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word)  # maxTokens
    name = re.sub(r"[\W_]+", "_", parts).strip("_").lower().removeprefix("finish_reason_")
    if name in _SAME:
        return _SAME[name]
    malformed = _MALFORMED.search(name)
    if not malformed and _FILTERED.search(name):
        return "content_filter"
    if not malformed and _CUT.search(name):
        return "length"
    if malformed or _BROKEN_OFF.search(name):
        raise ValueError(f"the endpoint aborted the completion (finish_reason {word!r})")
    return word


def worse(one: Any, other: Any) -> Any:
    """Return the worse of two reasons that a stream gives: broken off, filtered, cut, any other, none; else `other`."""
    return max(other, one, key=_severity)


def _severity(reason: Any) -> int:
    if not reason:
        return 0
    try:
        word = finish_word(reason)
    except ValueError:
        return 4
    return {"content_filter": 3, "length": 2}.get(word, 1)
