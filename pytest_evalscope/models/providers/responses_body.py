"""From a request in the form of OpenAI's chat to the body of its Responses API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.http.media_parts import responses_image
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.types import Chat, Message, media_of
from pytest_evalscope.types.parts import parts_of

_WITHOUT_EFFECT = {"n": 1, "frequency_penalty": 0, "presence_penalty": 0, "logprobs": False}
"""Parameters that this API does not have, at the value where they mean nothing."""


def response_body(name: str, model: str, request: Chat) -> dict[str, Any]:
    """Return the body of a request: the chat's parameters under the names of this API, any other as it was given.

    What the API does not have (`seed`, `stop`) is sent all the same, for the endpoint to refuse by name. Nothing is
    kept by the endpoint (`store`) unless the parameters say so.

    Raises RequestRefused, in the name of the model, for a message that the API has no form for.
    """
    params = {
        key: value
        for key, value in request.params.items()
        if value is not None and not (key in _WITHOUT_EFFECT and value == _WITHOUT_EFFECT[key])
    }
    extra = params.pop("extra_body", {})
    params.pop("stream_options", None)
    limits = [params.pop(key, None) for key in ("max_completion_tokens", "max_tokens")]
    if any(limits):
        params.setdefault("max_output_tokens", next(filter(None, limits)))
    if params.pop("logprobs", None):
        params["include"] = [*params.get("include", ()), "message.output_text.logprobs"]
    _nest(params, "reasoning_effort", "reasoning", "effort")
    _nest(params, "verbosity", "text", "verbosity")
    if "response_format" in params:
        given = params.pop("response_format")
        schema = given.get("json_schema") if isinstance(given, Mapping) else None
        form = {"type": "json_schema", **schema} if isinstance(schema, Mapping) else given
        params["text"] = {**params.get("text", {}), "format": form}
    choice = params.get("tool_choice")
    if isinstance(choice, Mapping) and isinstance(choice.get("function"), Mapping):
        params["tool_choice"] = {"type": "function", "name": choice["function"].get("name")}
    body = {"store": False, **params, "model": model, "input": [i for m in request.messages for i in _items(name, m)]}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    return {**body, **extra}


def _nest(params: dict[str, Any], name: str, outer: str, inner: str) -> None:
    if name in params:
        params[outer] = {**params.get(outer, {}), inner: params.pop(name)}


def _items(name: str, message: Message) -> list[dict[str, Any]]:
    """The items that one message becomes: itself, and each of its tool calls."""
    role, content = message.get("role"), message.get("content")
    if role == "tool":
        shows = any(media_of(part) for part in parts_of(content))
        output = [_part(name, part, role) for part in parts_of(content)] if shows else content_text(content)
        return [{"type": "function_call_output", "call_id": message.get("tool_call_id", ""), "output": output}]
    items: list[dict[str, Any]] = []
    if isinstance(content, (list, tuple)):
        items.append({"role": role, "content": [_part(name, part, role) for part in content]})
    elif content:
        items.append({"role": role, "content": content})
    for call in message.get("tool_calls") or ():
        function = call.get("function") or {}
        made = {"type": "function_call", "call_id": call.get("id", ""), "name": function.get("name", "")}
        items.append({**made, "arguments": function.get("arguments", "")})
    return items


def _part(name: str, part: Any, role: Any) -> dict[str, Any]:
    if (media := media_of(part)) is not None:
        return responses_image(name, part, media)
    kind = part.get("type") if isinstance(part, Mapping) else "text" if isinstance(part, str) else type(part).__name__
    if kind == "text":
        text = part if isinstance(part, str) else part.get("text", "")
        return {"type": "output_text" if role == "assistant" else "input_text", "text": text}
    if kind == "image_url":
        given = part["image_url"]
        image = given if isinstance(given, Mapping) else {"url": given}
        return {"type": "input_image", "image_url": image.get("url"), "detail": image.get("detail") or "auto"}
    if kind in ("input_text", "input_image", "input_file", "output_text"):
        return dict(part)
    raise RequestRefused(f"{name}: a message holds a part of a kind that responses have no form for ({kind!r})")


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)
    # The API requires all of these; in the chat they may be left out.
    return {"type": "function", "parameters": {"type": "object", "properties": {}}, "strict": False, **function}
