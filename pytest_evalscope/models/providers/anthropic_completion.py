"""Reading Anthropic's Messages: whole, and from a stream of events."""

from __future__ import annotations

import json
from typing import Any

from pytest_evalscope.models.http.chat_completion import calls_of, count_of
from pytest_evalscope.models.http.content_parts import answer_text, thought_texts
from pytest_evalscope.models.http.finish_reasons import finish_word, worse
from pytest_evalscope.models.http.sse import event_data
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.models.providers.anthropic_body import THINKING
from pytest_evalscope.models.reasoning import split_reasoning
from pytest_evalscope.types import Completion, Timing, Usage, clean

_PROMPT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_KINDS = {"text": "text", "thinking": "thinking", "partial_json": "tool_use", "signature": "thinking"}
_TEXTS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "input_json_delta": "partial_json",
    "signature_delta": "signature",
}


def message_of(response: Any, timing: Timing | None = None) -> Completion:
    """Return the completion in a response of Anthropic's form; its tool calls are in OpenAI's.

    A turn that a safety classifier ended (`refusal`) is a filtered one. Prompt tokens include those of the cache.

    Raises ValueError when there is no content, or the endpoint says that it aborted the completion.
    """
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, list):
        raise ValueError("the response contains no content")
    blocks = [block for block in content if isinstance(block, dict)]
    thought, text = split_reasoning(clean(answer_text(blocks)))
    thinking = clean("\n".join(thought_texts(blocks))).strip()
    stop = response.get("stop_reason")
    if not blocks and not stop and "stop_reason" in response:
        raise ValueError("the response contains neither content nor the reason why it ended (stop_reason)")
    usage = response.get("usage") if isinstance(response.get("usage"), dict) else {}
    model = response.get("model")
    return Completion(
        text=text,
        reasoning="\n".join(filter(None, (thinking, thought))),
        tool_calls=calls_of(_signed([_call(block) for block in _of("tool_use", blocks)], blocks)),
        finish_reason=finish_word(stop) or "stop",
        usage=Usage(
            prompt_tokens=sum(count_of(usage.get(name)) for name in _PROMPT),
            completion_tokens=count_of(usage.get("output_tokens")),
        ),
        timing=timing or Timing(),
        model=clean(model) if isinstance(model, str) else "",
    )


class StreamedMessage:
    """Gathers the events of a stream into what the same message would be in one piece."""

    def __init__(self) -> None:
        self.begun = False
        self.done = False
        self._ended = False  # the end of the message was announced, and no more of it came since
        self._error: Any = None
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._pieces: dict[int, dict[str, list[str]]] = {}

    def add(self, event: bytes, data: bytes) -> None:
        """Take one event. Raises ValueError when its data is no JSON object."""
        chunk = event_data(event, data)
        if chunk is None:
            self.done = True
            return
        kind = chunk.get("type") or event.decode("utf-8", "replace")
        if kind == "error":
            self._error = chunk.get("error") or chunk
            self.done = True
        elif kind == "message_start":
            self._message = _object(chunk, "message")
        elif kind == "content_block_start":
            self._blocks[_index(chunk)] = _object(chunk, "content_block")
        elif kind == "content_block_delta":
            self._take(_index(chunk), _object(chunk, "delta"))
        elif kind == "message_delta":
            stop = self._message.get("stop_reason")
            self._message = {**self._message, **_object(chunk, "delta")}
            if stop:
                self._message["stop_reason"] = worse(stop, self._message["stop_reason"])
            self._message["usage"] = {**_object(self._message, "usage"), **_object(chunk, "usage")}
            self._ended = bool(self._message.get("stop_reason"))
        elif kind == "message_stop":
            self.done = self._ended = True

    def body(self) -> dict[str, Any]:
        """Return the whole response, or `{"error": …}`. Raises ValueError when the stream was cut."""
        if self._error:
            return {"error": self._error}
        if not self._ended:
            raise ValueError("the stream ended early")
        if not self._message:
            return {}
        if "stop_reason" in self._message and not self._message["stop_reason"]:
            raise ValueError("the stream ended without the reason why the completion did (stop_reason)")
        return {**self._message, "content": [self._block(index) for index in sorted(self._blocks)]}

    def _take(self, index: int, delta: dict[str, Any]) -> None:
        name = _TEXTS.get(str(delta.get("type")))
        piece = delta.get(name) if name else None
        if name and piece and isinstance(piece, str):
            self.begun, self._ended = True, False
            self._blocks.setdefault(index, {"type": _KINDS[name]})
            self._pieces.setdefault(index, {}).setdefault(name, []).append(piece)

    def _block(self, index: int) -> dict[str, Any]:
        block = self._blocks[index]
        pieces = {name: "".join(got) for name, got in self._pieces.get(index, {}).items()}
        for name in ("text", "thinking", "signature"):
            if name in pieces:
                block = {**block, name: content_text(block.get(name)) + pieces[name]}
        return {**block, "input": pieces["partial_json"]} if "partial_json" in pieces else block


def _of(kind: str, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for block in blocks if block.get("type") == kind]


def _call(block: dict[str, Any]) -> dict[str, Any]:
    """A use of a tool as OpenAI's tool call, whose arguments are JSON as text; those of a stream come as text."""
    given = block.get("input")
    try:
        arguments = given if isinstance(given, str) else json.dumps({} if given is None else given, ensure_ascii=False)
    except RecursionError:
        raise ValueError("the response's tool calls are nested too deeply, or hold numbers beyond 64 bits") from None
    function = {"name": block.get("name"), "arguments": arguments}
    return {"id": block.get("id"), "type": "function", "function": function}


def _signed(calls: list[dict[str, Any]], blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls, the first with the signed thinking before them: the protocol wants it back with their results."""
    thinking = [
        block
        for block in blocks
        if (block.get("type") == "thinking" and block.get("signature")) or block.get("type") == "redacted_thinking"
    ]
    return [{**calls[0], THINKING: thinking}, *calls[1:]] if calls and thinking else calls


def _object(chunk: dict[str, Any], name: str) -> dict[str, Any]:
    found = chunk.get(name)
    return found if isinstance(found, dict) else {}


def _index(chunk: dict[str, Any]) -> int:
    index = chunk.get("index")
    return index if type(index) is int else 0
