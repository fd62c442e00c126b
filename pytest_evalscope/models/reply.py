"""Reading replies in the OpenAI chat form: plain dicts in, one Completion out."""

from __future__ import annotations

import json
from typing import Any

from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion, Timing, TokenLogprob, Usage, clean, plain

LARGEST = 1e300
"""No log-probability lies beyond it; an integer may, and would not fit a float."""


def decode_json(body: bytes) -> Any:
    """Return the value that `body` spells; strings may still hold lone surrogates. Raises ValueError.

    orjson refuses what some endpoints send (escaped lone surrogates, NaN, a byte order mark, bytes that are no
    UTF-8), so what it refuses is read once more by the forgiving parser of the standard library.
    """
    import orjson

    try:
        return orjson.loads(body)
    except ValueError:
        pass
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise ValueError("the reply is not JSON") from None


def completion_of(reply: Any, timing: Timing | None = None) -> Completion:
    """Return the first choice of a chat reply.

    Usage and log-probabilities of a shape that is not understood count as absent.

    Raises:
        ValueError: there is no choice, no message in it, or its content is neither text nor null.
    """
    choices = reply.get("choices") if isinstance(reply, dict) else None
    if not isinstance(choices, list) or not choices:
        raise ValueError("the reply holds no choices")
    choice = choices[0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise ValueError("the reply's first choice holds no message")
    reasoning, text = split_reasoning(clean(_text_of(message)))
    told = _thoughts_of(message)
    tool_calls = _calls_of(message.get("tool_calls"))
    finish = choice.get("finish_reason")
    model = reply.get("model")
    logprobs = choice.get("logprobs")
    return Completion(
        text=text,
        reasoning=f"{told}\n{reasoning}" if told and reasoning else told or reasoning,
        tool_calls=tool_calls,
        finish_reason=clean(finish) if finish and isinstance(finish, str) else "tool_calls" if tool_calls else "stop",
        usage=usage_of(reply),
        timing=timing or Timing(),
        logprobs=_logprobs_of(logprobs) if logprobs else (),
        model=clean(model) if isinstance(model, str) else "",
    )


def _text_of(message: dict[str, Any]) -> str:
    content = message.get("content")
    if content is None:
        # A refusal is what the model said; some endpoints put it in a field of its own.
        content = message.get("refusal")
    if isinstance(content, str):
        return content
    if content is None or isinstance(content, list):
        return content_text(content)
    raise ValueError("the reply's content is neither text nor null")


def _thoughts_of(message: dict[str, Any]) -> str:
    """The reasoning that came in a field of its own, or as parts of the content that are typed `thinking`."""
    for field in ("reasoning_content", "reasoning"):
        value = message.get(field)
        if value and isinstance(value, str):
            return clean(value).strip()
    content = message.get("content")
    if not isinstance(content, list):
        return ""
    parts = (content_text(part.get("thinking")) for part in content if isinstance(part, dict))
    return clean("\n".join(filter(None, parts))).strip()


def _calls_of(calls: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(calls, list):
        return ()
    try:
        return tuple(plain(call) for call in calls if isinstance(call, dict))
    except RecursionError:
        raise ValueError("the reply's tool calls are nested too deeply") from None


def usage_of(reply: Any) -> Usage:
    """Return the tokens that a reply says it took; those of a shape that is not understood count as 0."""
    usage = reply.get("usage") if isinstance(reply, dict) else None
    if not isinstance(usage, dict):
        return Usage()
    return Usage(
        prompt_tokens=_count(usage.get("prompt_tokens")), completion_tokens=_count(usage.get("completion_tokens"))
    )


def _count(value: Any) -> int:
    return value if type(value) is int and value > 0 else 0


def _logprobs_of(logprobs: Any) -> tuple[TokenLogprob, ...]:
    """All tokens or none: a sequence with holes would be scored as if it were whole."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(content, list):
        return ()
    tokens = []
    for entry in content:
        pair = _pair(entry)
        if pair is None:
            return ()
        alternatives = entry.get("top_logprobs")
        pairs = map(_pair, alternatives) if isinstance(alternatives, list) else ()
        tokens.append(TokenLogprob(token=pair[0], logprob=pair[1], top=tuple(filter(None, pairs))))
    return tuple(tokens)


def _pair(entry: Any) -> tuple[str, float] | None:
    if not isinstance(entry, dict):
        return None
    token, value = entry.get("token"), entry.get("logprob")
    if not isinstance(token, str) or not isinstance(value, (int, float)) or not -LARGEST < value < LARGEST:
        return None
    return clean(token), float(value)
