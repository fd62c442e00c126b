"""Anthropic's Messages: what is sent, what is read, and what each way of failing becomes."""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pytest_evalscope.errors import ModelError, RequestRefused, TransientError, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.anthropic import AnthropicModel, anthropic_headers
from pytest_evalscope.types import Chat, Embed

KEY = "sk-ant-SENTINEL/0123456789"
HEAD = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x"}
TOOL = {"type": "tool_use", "id": "c", "name": "f"}


def anthropic_at(url, options):
    endpoint = endpoint_at(
        url.removesuffix("/v1"), source="test", environment=anthropic_headers, key="ANTHROPIC_API_KEY"
    )
    return AnthropicModel("anthropic/m", model="m", endpoint=endpoint, options=options)


@pytest.fixture
def ask(ask_at):
    return ask_at(anthropic_at)


def message(*content, stop="end_turn", **usage):
    return {
        **HEAD,
        "content": list(content),
        "stop_reason": stop,
        "usage": {"input_tokens": 3, "output_tokens": 2, **usage},
    }


def text(words):
    return {"type": "text", "text": words}


def events(*data):
    return [f"event: {item['type']}\ndata: {json.dumps(item)}\n\n" for item in data]


def test_a_reply(ask, script, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    thought = {"type": "thinking", "thinking": "6 x 7", "signature": "x"}
    reply = ask(script.send(200, message(thought, text("4"), text("2"), cache_read_input_tokens=10)))
    assert (reply.text, reply.reasoning, reply.finish_reason, reply.model) == ("42", "6 x 7", "stop", "claude-x")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (13, 2)
    assert reply.timing.latency > 0
    (head,) = ask.last.heads
    assert head.startswith("POST /v1/messages HTTP/1.1\r\n")
    assert f"x-api-key: {KEY}\r\n" in head
    assert "anthropic-version: 2023-06-01\r\n" in head


def test_a_block_of_reasoning_is_no_answer(ask, script):
    blocks = [{"type": "reasoning", "text": "6 x"}, {"type": "text", "text": "7", "thought": True}, text("42")]
    reply = ask(script.send(200, message(*blocks)))
    assert (reply.text, reply.reasoning) == ("42", "6 x\n7")


def test_what_is_sent(ask, script):
    request = Chat(
        messages=(
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "é"},
            {"role": "assistant", "content": "yes"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "this?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                    {"type": "image_url", "image_url": {"url": "https://h/x.png"}},
                ],
            },
        ),
        params={
            "max_completion_tokens": 9, "temperature": 0, "stop": "\n", "top_k": 3, "n": 1, "logprobs": None,
            "extra_body": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        },
    )  # fmt: skip
    ask(script.send(200, message(text("42"))), request=request)
    png = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    far = {"type": "image", "source": {"type": "url", "url": "https://h/x.png"}}
    assert ask.last.bodies == [
        {
            "model": "m",
            "system": "Be brief.",
            "messages": [
                {"role": "user", "content": [text("é")]},
                {"role": "assistant", "content": [text("yes")]},
                {"role": "user", "content": [text("this?"), png, far]},
            ],
            "max_tokens": 9,
            "temperature": 0,
            "top_k": 3,
            "stop_sequences": ["\n"],
            "thinking": {"type": "enabled", "budget_tokens": 1024},
        }
    ]


def test_a_most_of_tokens_is_always_sent(ask, script):
    ask(script.send(200, message(text("42"))))
    assert ask.last.bodies[0]["max_tokens"] == 4096


def test_tools(ask, script):
    function = {"name": "add", "description": "adds", "parameters": {"type": "object", "properties": {}}}
    calls = [
        {"id": "a", "type": "function", "function": {"name": "add", "arguments": '{"x": 1}'}},
        {"id": "b", "type": "function", "function": {"name": "add", "arguments": "no JSON"}},
    ]
    request = Chat(
        messages=(
            {"role": "user", "content": "add"},
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "a", "content": "1"},
            {"role": "tool", "tool_call_id": "b", "content": "2"},
        ),
        tools=({"type": "function", "function": function},),
        params={"tool_choice": "required", "parallel_tool_calls": False},
    )
    use = {"type": "tool_use", "id": "c", "name": "add", "input": {"y": "é"}}
    reply = ask(script.send(200, message(use, stop="tool_use")), request=request)
    assert reply.finish_reason == "tool_calls"
    assert reply.tool_calls == (
        {"id": "c", "type": "function", "function": {"name": "add", "arguments": '{"y": "é"}'}},
    )  # fmt: skip
    (body,) = ask.last.bodies
    assert body["tools"] == [{"name": "add", "description": "adds", "input_schema": function["parameters"]}]
    assert body["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    _, asked, given = body["messages"]
    assert [block["input"] for block in asked["content"]] == [{"x": 1}, {"arguments": "no JSON"}]
    assert [(block["tool_use_id"], block["content"]) for block in given["content"]] == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("streamed", [False, True])
def test_signed_thinking_goes_back_with_the_results_of_its_calls(ask, script, streamed):
    thought = {"type": "thinking", "thinking": "add", "signature": "s1"}
    hidden = {"type": "redacted_thinking", "data": "s2"}
    uses: list[dict[str, Any]] = [{"type": "tool_use", "id": each, "name": "f", "input": {}} for each in ("a", "b")]
    whole = message(thought, hidden, text("so"), *uses, stop="tool_use")
    deltas = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "add"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s1"}},
        *(
            {"type": "content_block_start", "index": index, "content_block": block}
            for index, block in enumerate((hidden, text("so"), *uses), start=1)
        ),
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
    ]
    if streamed:
        sent = script.stream(*events({"type": "message_start", "message": HEAD}, *deltas, {"type": "message_stop"}))
    else:
        sent = script.send(200, whole)
    first = ask(sent, request=Chat(messages=({"role": "user", "content": "?"},), params={"stream": streamed}))
    assert (first.text, first.reasoning, [call["id"] for call in first.tool_calls]) == ("so", "add", ["a", "b"])
    messages = (
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": first.text, "tool_calls": [*first.tool_calls]},
        {"role": "tool", "tool_call_id": "a", "content": "1"},
        {"role": "tool", "tool_call_id": "b", "content": "2"},
    )
    ask(script.send(200, message(text("3"))), request=Chat(messages=messages))
    _, acted, answered = ask.last.bodies[0]["messages"]
    assert acted == {"role": "assistant", "content": [thought, hidden, text("so"), *uses]}
    assert [block["tool_use_id"] for block in answered["content"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("stop", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "content_filter"),
        (None, "stop"),
    ],
)
def test_why_a_reply_ended(ask, script, stop, finish):
    assert ask(script.send(200, message(text("4"), stop=stop))).finish_reason == finish


def test_a_stream(ask, script):
    pieces = events(
        {"type": "message_start", "message": {**HEAD, "content": [], "usage": {"input_tokens": 3, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "6 x 7"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}},
        {"type": "content_block_start", "index": 1, "content_block": text("")},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "4"}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "2"}},
        {"type": "content_block_start", "index": 2, "content_block": {**TOOL, "input": {}}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"x"'}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}},
        {"type": "content_block_stop", "index": 2},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    )  # fmt: skip
    reply = ask(script.stream(*pieces), stream=True)
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("42", "6 x 7", "tool_calls")
    assert reply.tool_calls[0]["function"] == {"name": "f", "arguments": '{"x": 1}'}
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 9)
    assert reply.timing.ttft is not None
    assert ask.last.bodies[0]["stream"] is True
    assert "stream_options" not in ask.last.bodies[0]


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("overloaded_error", TransientError, 529),
        ("rate_limit_error", TransientError, 429),
        ("api_error", TransientError, None),
        ("invalid_request_error", RequestRefused, 400),
        ("authentication_error", RequestRefused, 401),
        ("request_too_large", RequestRefused, 413),
    ],
)
def test_an_error_within_a_stream(ask, script, kind, error, status):
    told = {"type": "error", "error": {"type": kind, "message": "no luck"}}
    with pytest.raises(error, match=r"^anthropic/m: the endpoint returned an error \(no luck\)") as caught:
        ask(script.stream(*events({"type": "message_start", "message": HEAD}, told)), stream=True)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"content": "42"}, "the response contains no content"),
        ([], "the response contains no content"),
        ("", "the response is not JSON"),
    ],
)
def test_broken_replies(ask, script, body, words):
    with pytest.raises(TransientError, match=f"^anthropic/m: {words}"):
        ask(script.send(200, body))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([{"type": "message_start", "message": HEAD}], "the stream ended early"),
        ([{"type": "message_stop"}], "the response contains no content"),
        (["x"], "an event of the stream is not a JSON object"),
    ],
)
def test_broken_streams(ask, script, data, words):
    pieces = [f"data: {json.dumps(item)}\n\n" for item in data]
    with pytest.raises(TransientError, match=f"^anthropic/m: {words}"):
        ask(script.stream(*pieces), stream=True)


def test_an_overload_says_how_long_to_wait(ask, script):
    body = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(TransientError, match=r"HTTP 529 from .* \(Overloaded\)") as caught:
        ask(script.send(529, body, headers="retry-after: 7\r\n"))
    assert (caught.value.status, caught.value.retry_after) == (529, 7.0)


def test_a_used_up_allowance_says_when_it_is_back(ask, script):
    then = (datetime.now(timezone.utc) + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = (
        "anthropic-ratelimit-requests-remaining: 0\r\n"
        f"anthropic-ratelimit-requests-reset: {then}\r\n"
        "anthropic-ratelimit-tokens-remaining: 5\r\n"
        "anthropic-ratelimit-tokens-reset: 2099-01-01T00:00:00Z\r\n"
    )
    with pytest.raises(TransientError) as caught:
        ask(script.send(429, {"error": {"type": "rate_limit_error", "message": "slow"}}, headers=headers))
    assert 0 < (caught.value.retry_after or 0) <= 30


def test_a_wrong_key_names_its_variable(ask, script):
    with pytest.raises(RequestRefused) as caught:
        ask(script.send(401, {"error": {"message": "invalid x-api-key"}}))
    assert caught.value.hint == "the key is read from ANTHROPIC_API_KEY"


def test_what_has_no_form_is_refused_before_anything_is_sent(ask, script):
    file = Chat(messages=({"role": "user", "content": [{"type": "file", "file": {}}]},))
    with pytest.raises(RequestRefused, match=r"a kind that Messages have no form for \('file'\)"):
        ask(script.hang, request=file)
    with pytest.raises(RequestRefused, match=r"^anthropic/m: n does not fit \(2\); accepted: 1"):
        ask(script.hang, n=2)
    with pytest.raises(RequestRefused, match=r"^anthropic/m: cannot embed texts; models that can: "):
        ask(script.hang, request=Embed(texts=("a",)))
    assert ask.last.bodies == []


def test_the_key_is_blotted_out_of_errors_and_replies(ask, script, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with pytest.raises(ModelError) as caught:
        ask(script.send(400, {"error": {"message": f"bad header x-api-key: {KEY}"}}))
    assert "SENTINEL" not in str(caught.value)
    assert ask(script.send(200, message(text(f"I was sent {KEY}.")))).text == "I was sent ***."


def test_resolve(endpoint, script, request_for, monkeypatch):
    async def main():
        async with endpoint([script.send(529, ""), script.send(200, message(text("42")))]) as served:
            monkeypatch.setenv("ANTHROPIC_BASE_URL", served.url)
            model = resolve("anthropic/claude", ModelOptions(api_url="http://not-this-one"))
            reply = await model.send(request_for())
            await model.aclose()
            return served, model, reply

    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.FIRST_PAUSE", 0.0)
    served, model, reply = asyncio.run(main())
    assert (reply.text, reply.attempts) == ("42", 2)
    assert model.identity["endpoint"] == served.url.removesuffix("/v1")
    assert served.bodies[0]["model"] == "claude"


def test_its_mistakes_are_told_at_once(monkeypatch):
    with pytest.raises(UsageError, match=r"^anthropic/m: needs a key, and ANTHROPIC_API_KEY is not set"):
        resolve("anthropic/m", ModelOptions())
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant\u00e9-0123456789")
    with pytest.raises(
        UsageError, match=r"^ANTHROPIC_API_KEY: holds characters that no HTTP header may carry"
    ) as caught:
        resolve("anthropic/m", ModelOptions())
    assert "0123456789" not in str(caught.value)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    assert resolve("anthropic/m", ModelOptions()).identity == {
        "protocol": "messages",
        "endpoint": "https://api.anthropic.com",
        "model": "m",
    }
