"""From a request in OpenAI's form to the body of Anthropic's Messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.http.media_parts import anthropic_image
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.types import Chat, Message, media_of
from pytest_evalscope.types.parts import parts_of

MAX_TOKENS = 4096
"""Tokens of a completion unless the request says: the protocol wants a number, and every model takes this one."""
_WITHOUT_EFFECT = {"n": 1, "frequency_penalty": 0, "presence_penalty": 0, "logprobs": False, "top_logprobs": 0}
"""Parameters that the protocol does not have, at the value where they mean nothing."""
_CHOICES = {"auto": "auto", "none": "none", "required": "any"}
_DATA = re.compile(r"data:([\w.+-]{1,100}/[\w.+-]{1,100});base64,")
THINKING = "thinking"
"""Key of a tool call that contains the signed blocks of thinking before it."""
_SYSTEM = ("system", "developer")


def messages_body(name: str, model: str, request: Chat) -> dict[str, Any]:
    """Return the body of a request: OpenAI's parameters under Anthropic's names, any other as it was given.

    What the protocol does not have (`seed`, `logprobs`) is sent all the same, for the endpoint to refuse by name.

    Raises RequestRefused, in the name of the model, for a message that the protocol has no form for.
    """
    params = {
        key: value
        for key, value in request.params.items()
        if value is not None and not (key in _WITHOUT_EFFECT and value == _WITHOUT_EFFECT[key])
    }
    extra = params.pop("extra_body", {})
    limits = [params.pop(key, None) for key in ("max_completion_tokens", "max_tokens")]
    stop = params.pop("stop", None)
    parallel = params.pop("parallel_tool_calls", True)
    choice = _tool_choice(params.pop("tool_choice", None), parallel=parallel)
    params.pop("stream_options", None)
    output = _output(name, params)
    body = {**params, **output, "model": model, "max_tokens": next(filter(None, limits), MAX_TOKENS)}
    if stop:
        body["stop_sequences"] = list(stop) if isinstance(stop, (list, tuple)) else [stop]
    system = "\n\n".join(content_text(said.get("content")) for said in request.messages if said.get("role") in _SYSTEM)
    if system:
        body["system"] = system
    body["messages"] = _turns(name, [said for said in request.messages if said.get("role") not in _SYSTEM])
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if choice and request.tools:
        body["tool_choice"] = choice
    return {**body, **extra}


def _turns(name: str, messages: list[Message]) -> list[dict[str, Any]]:
    """The messages, those of one role that follow each other as one: all results of tools belong into one turn."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        role = "assistant" if message.get("role") == "assistant" else "user"
        blocks = _blocks(name, message)
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        elif blocks:
            turns.append({"role": role, "content": blocks})
    return turns


def _blocks(name: str, message: Message) -> list[dict[str, Any]]:
    content = message.get("content")
    if message.get("role") == "tool":
        result = {
            "type": "tool_result",
            "tool_use_id": message.get("tool_call_id", ""),
            "content": content_text(content),
        }
        if any(media_of(part) for part in parts_of(content)):
            result["content"] = [block for part in parts_of(content) if (block := _block(name, part))]
        return [result]
    parts = content if isinstance(content, (list, tuple)) else [content]
    blocks = [block for part in parts if (block := _block(name, part))]
    calls = message.get("tool_calls") or ()
    # Where a model thinks, its own words come back to it first, as it signed them.
    thinking = [dict(block) for call in calls for block in call.get(THINKING) or ()]
    return thinking + blocks + [_use(call) for call in calls]


def _block(name: str, part: Any) -> dict[str, Any] | None:
    """One part of a message; None for empty text, which the protocol refuses."""
    if part is None or isinstance(part, str):
        return {"type": "text", "text": part} if part else None
    if (media := media_of(part)) is not None:
        kept = {"cache_control": part["cache_control"]} if part.get("cache_control") else {}
        return {**anthropic_image(name, media), **kept}
    kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
    if kind == "text":
        return {"type": "text", "text": part["text"]} if part.get("text") else None
    if kind == "image_url":
        given = part["image_url"]
        url = given["url"] if isinstance(given, Mapping) else given
        head = _DATA.match(url)
        if head:
            return {"type": "image", "source": {"type": "base64", "media_type": head[1], "data": url[head.end() :]}}
        return {"type": "image", "source": {"type": "url", "url": url}}
    if kind == "tool_result" and isinstance(part.get("content"), (list, tuple)):
        return {**part, "content": [block for each in part["content"] if (block := _block(name, each))]}
    if kind in ("image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking"):
        return dict(part)
    raise RequestRefused(f"{name}: a message holds a part of a kind that Messages have no form for ({kind!r})")


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)  # one of Anthropic's own
    made = {"name": function.get("name"), "input_schema": function.get("parameters") or {"type": "object"}}
    if function.get("description"):
        made["description"] = function["description"]
    if function.get("strict"):
        made["strict"] = True
    return made


def _output(name: str, params: dict[str, Any]) -> dict[str, Any]:
    """Take `response_format` and `reasoning_effort` out of `params`; return them as `output_config`.

    Raises RequestRefused for a form of output that the protocol does not have.
    """
    made = dict(params.pop("output_config", None) or {})
    effort, form = params.pop("reasoning_effort", None), params.pop("response_format", None)
    if effort == "none":  # OpenAI's word for a model that does not think
        params.setdefault("thinking", {"type": "disabled"})
    elif effort:
        made.setdefault("effort", {"minimal": "low"}.get(effort, effort))
    if form:
        schema = form.get("json_schema") if isinstance(form, Mapping) else None
        if isinstance(schema, Mapping) and isinstance(schema.get("schema"), Mapping):
            made.setdefault("format", {"type": "json_schema", "schema": schema["schema"]})
        elif not (isinstance(form, Mapping) and form.get("type") == "text"):
            raise RequestRefused(
                f"{name}: response_format does not fit ({form!r}); accepted: json_schema with a schema, or text"
            )
    return {"output_config": made} if made else {}


def _use(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call.get("function") or {}
    try:
        given = json.loads(function.get("arguments") or "{}")
    except (ValueError, RecursionError):
        given = None
    # The protocol takes an object; what a model wrote that is none is kept as text.
    arguments = given if isinstance(given, dict) else {"arguments": function.get("arguments")}
    return {"type": "tool_use", "id": call.get("id", ""), "name": function.get("name", ""), "input": arguments}


def _tool_choice(choice: Any, *, parallel: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if isinstance(choice, str):
        made = {"type": _CHOICES.get(choice, choice)}
    elif isinstance(choice, Mapping):
        function = choice.get("function")
        made = {"type": "tool", "name": function.get("name")} if isinstance(function, Mapping) else dict(choice)
    if not parallel:
        made = {"type": "auto", **made, "disable_parallel_tool_use": True}
    return made
