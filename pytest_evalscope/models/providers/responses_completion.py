"""Reader of OpenAI's Responses API: whole responses, and streams of events."""

from __future__ import annotations

from typing import Any

from pytest_evalscope.models.http.chat_completion import calls_of, logprobs_of, usage_of
from pytest_evalscope.models.http.content_parts import answer_text, is_answer, thought_texts
from pytest_evalscope.models.http.finish_reasons import finish_word
from pytest_evalscope.models.http.sse import event_data
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion, Timing, clean

_LAST = ("response.completed", "response.incomplete", "response.failed")


def response_of(response: Any, timing: Timing | None = None, *, limit: Any = None) -> Completion:
    """Return the completion in a response of the Responses API; its tool calls are in the chat's form.

    `limit` is the `max_output_tokens` of the request. The API requires `incomplete_details`, null for a whole
    completion. llama.cpp and `transformers serve` never send the field and call every completion complete; there one
    that is as long as it may be was cut.

    Raises ValueError when there is no output, or the endpoint says that it aborted the completion.
    """
    output = response.get("output") if isinstance(response, dict) else None
    if not isinstance(output, list):
        raise ValueError("the response contains no output")
    status = response.get("status")
    if status in ("failed", "cancelled", "queued", "in_progress"):
        raise ValueError(f"the endpoint aborted the completion (status {status!r})")
    items = [item for item in output if isinstance(item, dict)]
    parts = [part for item in items if item.get("type") == "message" for part in _parts(item.get("content"))]
    # A refusal is what the model said.
    said = "".join(answer_text([part]) or content_text(part.get("refusal")) for part in parts)
    thought, text = split_reasoning(clean(said))
    thoughts = [_thought(item) for item in items if item.get("type") == "reasoning"]
    thoughts.append(clean("\n".join(thought_texts(parts))).strip())
    calls = calls_of([_call(item) for item in items if item.get("type") == "function_call"])
    why = response.get("incomplete_details")
    reason = finish_word(why.get("reason") if isinstance(why, dict) else "")
    if status == "incomplete" and not reason:
        raise ValueError("the endpoint aborted the completion (status 'incomplete', without a reason)")
    usage = usage_of(response, "input_tokens", "output_tokens")
    if "incomplete_details" not in response and isinstance(limit, int) and usage.completion_tokens >= limit > 0:
        reason = "length"
    model = response.get("model")
    tokens = [entry for part in parts if is_answer(part) for entry in _parts(part.get("logprobs"))]
    return Completion(
        text=text,
        reasoning="\n".join(filter(None, (*thoughts, thought))),
        tool_calls=calls,
        finish_reason=reason or ("tool_calls" if calls else "stop"),
        usage=usage,
        timing=timing or Timing(),
        logprobs=logprobs_of({"content": tokens}),
        model=clean(model) if isinstance(model, str) else "",
    )


class StreamedResponse:
    """Waits for the last event of a stream, which contains the whole response."""

    def __init__(self) -> None:
        self.begun = False
        self.done = False
        self._response: dict[str, Any] | None = None

    def add(self, event: bytes, data: bytes) -> None:
        """Take one event. Raises ValueError when its data is no JSON object."""
        chunk = event_data(event, data)
        if chunk is None:
            self.done = True
            return
        kind = chunk.get("type") or event.decode("utf-8", "replace")
        if kind == "error":
            error = chunk.get("error") or {name: chunk.get(name) for name in ("code", "message")}
            self._response, self.done = {"error": error}, True
        elif kind in _LAST:
            found = chunk.get("response")
            self._response, self.done = (found if isinstance(found, dict) else {}), True
        elif isinstance(kind, str) and kind.endswith(".delta"):
            self.begun = True

    def body(self) -> dict[str, Any]:
        """Return the whole response, or `{"error": …}`. Raises ValueError when the stream was cut."""
        if self._response is None:
            raise ValueError("the stream ended early")
        return self._response


def _parts(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _thought(item: dict[str, Any]) -> str:
    """The reasoning itself where the endpoint gives it (open weights), else its summary."""
    parts = _parts(item.get("content")) or _parts(item.get("summary"))
    return clean("\n".join(content_text(part.get("text")) for part in parts)).strip()


def _call(item: dict[str, Any]) -> dict[str, Any]:
    function = {"name": item.get("name"), "arguments": item.get("arguments")}
    return {"id": item.get("call_id"), "type": "function", "function": function}
