"""Anthropic's Messages: formats, effort and strict tools in its own form, and turns that did not end."""

import json

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.anthropic import AnthropicModel
from pytest_evalscope.types import Chat

HEAD = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x"}


@pytest.fixture
def ask(ask_at):
    def anthropic_at(url, options):
        endpoint = endpoint_at(url.removesuffix("/v1"), source="test")
        return AnthropicModel("anthropic/m", model="m", endpoint=endpoint, options=options)

    return ask_at(anthropic_at)


def message(*content, stop="end_turn"):
    return {**HEAD, "content": list(content), "stop_reason": stop}


def text(words):
    return {"type": "text", "text": words}


def events(*data):
    return [f"event: {item['type']}\ndata: {json.dumps(item)}\n\n" for item in data]


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("params", "sent"),
    [
        ({"reasoning_effort": "high"}, {"output_config": {"effort": "high"}}),
        ({"reasoning_effort": "minimal"}, {"output_config": {"effort": "low"}}),
        ({"reasoning_effort": "none"}, {"thinking": {"type": "disabled"}}),
        ({"response_format": {"type": "text"}}, {}),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}},
            {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        ),
        (
            {"reasoning_effort": "low", "output_config": {"effort": "max"}},
            {"output_config": {"effort": "max"}},
        ),
    ],
)
def test_effort_and_format_are_translated(ask, script, params, sent):
    ask(script.send(200, message(text("42"))), **params)
    (body,) = ask.last.bodies
    assert {name: body[name] for name in body if name not in ("model", "messages", "max_tokens")} == sent


def test_a_format_that_the_protocol_does_not_have_is_refused(ask, script):
    with pytest.raises(RequestRefused, match=r"^anthropic/m: response_format does not fit .*; accepted: json_schema"):
        ask(script.send(200, message(text("42"))), response_format={"type": "json_object"})


@pytest.mark.parametrize("strict", [True, False, None])
def test_a_strict_tool_stays_strict(ask, script, strict):
    function = {"name": "f", "parameters": SCHEMA, **({} if strict is None else {"strict": strict})}
    request = Chat(messages=({"role": "user", "content": "?"},), tools=({"type": "function", "function": function},))
    ask(script.send(200, message(text("42"))), request=request)
    made = {"name": "f", "input_schema": SCHEMA}
    assert ask.last.bodies[0]["tools"] == [{**made, "strict": True} if strict else made]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("stop", ["pause_turn", "compaction"])
def test_a_turn_that_goes_on_elsewhere_is_no_completion(ask, script, stop, streamed):
    said = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "4"}}
    ended = {"type": "message_delta", "delta": {"stop_reason": stop}}
    pieces = events({"type": "message_start", "message": HEAD}, said, ended, {"type": "message_stop"})
    sent = script.stream(*pieces) if streamed else script.send(200, message(text("4"), stop=stop))
    with pytest.raises(TransientError, match=f"the endpoint aborted the completion .*'{stop}'"):
        ask(sent, stream=streamed)


def test_a_stream_without_a_reason_to_stop_is_broken_off(ask, script):
    said = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "4"}}
    begun = {"type": "message_start", "message": {**HEAD, "stop_reason": None}}
    with pytest.raises(TransientError, match="ended without the reason why the completion did"):
        ask(script.stream(*events(begun, said, {"type": "message_stop"})), stream=True)


def test_an_empty_message_without_a_reason_to_stop_is_none(ask, script):
    with pytest.raises(TransientError, match="neither content nor the reason why it ended"):
        ask(script.send(200, message(stop=None)))
