"""Reader of responses in the OpenAI chat form: plain dicts in, one Completion out."""

from __future__ import annotations

import json
from typing import Any

from pytest_evalscope.models.http.content_parts import answer_text, thought_texts
from pytest_evalscope.models.http.finish_reasons import finish_word
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion, Timing, TokenLogprob, Usage, clean, plain

LARGEST = 1e300
"""No log-probability lies beyond it; an integer may, and would not fit a float."""
MOST_TOKENS = 10**12
"""No completion has more tokens; a count beyond it is none."""


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
        raise ValueError("the response is not JSON") from None


def completion_of(response: Any, timing: Timing | None = None) -> Completion:
    """Return the first choice of a chat response.

    Usage and log-probabilities of a shape that is not understood count as absent. A completion that a content filter
    withheld altogether is empty.

    Raises:
        ValueError: there is no choice, no message in it, its content is neither text nor null, it is empty without
            a reason, or the endpoint says that it aborted the completion.
    """
    choices = response.get("choices") if isinstance(response, dict) else None
    if not isinstance(choices, list) or not choices:
        raise ValueError("the response contains no choices")
    choice = choices[0]
    if not isinstance(choice, dict):
        choice = {}
    message, finish = choice.get("message"), finish_word(choice.get("finish_reason"))
    if response.get("output_sensitive"):
        finish = "content_filter"  # MiniMax's word for it, beside a finish_reason that says nothing
    if message is None and finish == "content_filter":
        message = {}
    if not isinstance(message, dict):
        raise ValueError("the response's first choice contains no message")
    reasoning, text = split_reasoning(clean(_text_of(message)))
    thoughts = _thoughts_of(message)
    tool_calls = calls_of(message.get("tool_calls"))
    if not (finish or text or reasoning or thoughts or tool_calls) and "finish_reason" in choice:
        raise ValueError("the response contains neither text nor the reason why it ended (finish_reason)")
    model = response.get("model")
    logprobs = choice.get("logprobs")
    return Completion(
        text=text,
        reasoning=f"{thoughts}\n{reasoning}" if thoughts and reasoning else thoughts or reasoning,
        tool_calls=tool_calls,
        finish_reason=finish or ("tool_calls" if tool_calls else "stop"),
        usage=usage_of(response),
        timing=timing or Timing(),
        logprobs=logprobs_of(logprobs) if logprobs else (),
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
        return answer_text(content)
    raise ValueError("the response's content is neither text nor null")


def _thoughts_of(message: dict[str, Any]) -> str:
    """The reasoning that came in a field of its own, or as parts of the content that think."""
    for field in ("reasoning_content", "reasoning"):
        value = message.get(field)
        if value and isinstance(value, str):
            return clean(value).strip()
    return clean("\n".join(thought_texts(message.get("content")))).strip()


def calls_of(calls: Any) -> tuple[dict[str, Any], ...]:
    """Return the tool calls of a message as JSON types. Raises ValueError for what no JSON file could hold."""
    if not isinstance(calls, list) or not calls:
        return ()
    import orjson

    try:
        made = tuple(plain(call) for call in calls if isinstance(call, dict))
        orjson.dumps(made)
    except (RecursionError, TypeError):
        raise ValueError("the response's tool calls are nested too deeply, or hold numbers beyond 64 bits") from None
    return made


def usage_of(response: Any, prompt: str = "prompt_tokens", completion: str = "completion_tokens") -> Usage:
    """Return the tokens that a response reports, under these names; 0 for a count that is missing or is none."""
    usage = response.get("usage") if isinstance(response, dict) else None
    if not isinstance(usage, dict):
        usage = _usage_elsewhere(response)
    return Usage(prompt_tokens=count_of(usage.get(prompt)), completion_tokens=count_of(usage.get(completion)))


def _usage_elsewhere(response: Any) -> dict[str, Any]:
    """The usage where Groq (`x_groq`) and Moonshot (in the choice) put it in streams; {} without."""
    if not isinstance(response, dict):
        return {}
    choices = response.get("choices")
    places = (response.get("x_groq"), choices[0] if isinstance(choices, list) and choices else None)
    found = (place.get("usage") for place in places if isinstance(place, dict))
    return next((usage for usage in found if isinstance(usage, dict)), {})


def count_of(value: Any) -> int:
    """Return `value` if it can be a number of tokens, a whole float too, else 0."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 < value <= MOST_TOKENS else 0


def error_in(response: Any) -> Any:
    """Return the error that a response contains, its own or that of its first choice (OpenRouter); None for none."""
    if not isinstance(response, dict):
        return None
    error = response.get("error")
    if error or not (choices := response.get("choices")) or not isinstance(choices, list):
        return error or None
    return (choices[0].get("error") or None) if isinstance(choices[0], dict) else None


def logprobs_of(logprobs: Any) -> tuple[TokenLogprob, ...]:
    """Return all tokens or none: a sequence with holes would be scored as if it were whole."""
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
