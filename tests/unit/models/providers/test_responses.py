"""OpenAI's Responses API: what is sent, what is read, and what each way of failing becomes."""

import asyncio
import json
from typing import Any

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.responses import ResponsesModel
from pytest_evalscope.models.providers.responses_completion import StreamedResponse
from pytest_evalscope.types import Chat


@pytest.fixture
def ask(ask_at):
    return ask_at(
        lambda url, options: ResponsesModel(
            "responses/m", model="m", endpoint=endpoint_at(url, source="test"), options=options
        )
    )


def said(*texts, **fields) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    output = [{"type": "message", "role": "assistant", "content": content}]
    usage = {"input_tokens": 3, "output_tokens": 2}
    return {"object": "response", "status": "completed", "model": "m-1", "output": output, "usage": usage, **fields}


def test_a_reply(ask, script):
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "6 x 7"}]}
    call = {"type": "function_call", "call_id": "c", "name": "add", "arguments": '{"x": 1}'}
    body = said("4", "2")
    reply = ask(script.send(200, {**body, "output": [thought, *body["output"], call]}))
    assert (reply.text, reply.reasoning, reply.finish_reason, reply.model) == ("42", "6 x 7", "tool_calls", "m-1")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 2)
    assert reply.tool_calls == (
        {"id": "c", "type": "function", "function": {"name": "add", "arguments": '{"x": 1}'}},
    )  # fmt: skip
    assert ask.last.heads[0].startswith("POST /v1/responses HTTP/1.1\r\n")


def test_a_thought_within_a_message_is_no_answer(ask, script):
    parts = [
        {"type": "reasoning_text", "text": "6 x 7", "logprobs": [{"token": "6", "logprob": -1}]},
        {"type": "output_text", "text": "42", "logprobs": [{"token": "42", "logprob": -2}]},
        {"type": "refusal", "refusal": "!"},
    ]
    reply = ask(script.send(200, said(output=[{"type": "message", "content": parts}])))
    assert (reply.text, reply.reasoning) == ("42!", "6 x 7")
    assert [token.token for token in reply.logprobs] == ["42"]


def test_what_is_sent(ask, script):
    calls = [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}]
    request = Chat(
        messages=(
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "é"},
                {"type": "image_url", "image_url": {"url": "https://h/x", "detail": "low"}},
            ]},
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "c", "content": "1"},
        ),
        tools=({"type": "function", "function": {"name": "add", "parameters": {}}},),
        params={
            "max_tokens": 9, "temperature": 0, "reasoning_effort": "low", "logprobs": True, "top_logprobs": 2, "n": 1,
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}},
            "tool_choice": {"type": "function", "function": {"name": "add"}}, "extra_body": {"metadata": {"a": "b"}},
        },
    )  # fmt: skip
    ask(script.send(200, said("42")), request=request)
    image = {"type": "input_image", "image_url": "https://h/x", "detail": "low"}
    assert ask.last.bodies == [
        {
            "model": "m",
            "store": False,
            "input": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"type": "input_text", "text": "é"}, image]},
                {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "1"},
            ],
            "tools": [{"type": "function", "name": "add", "parameters": {}, "strict": False}],
            "tool_choice": {"type": "function", "name": "add"},
            "max_output_tokens": 9,
            "temperature": 0,
            "reasoning": {"effort": "low"},
            "text": {"format": {"type": "json_schema", "name": "x", "schema": {}}},
            "include": ["message.output_text.logprobs"],
            "top_logprobs": 2,
            "metadata": {"a": "b"},
        }
    ]


@pytest.mark.parametrize(
    ("fields", "finish"),
    [
        ({}, "stop"),
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
    ],
)
def test_why_a_reply_ended(ask, script, fields, finish):
    assert ask(script.send(200, said("4", **fields))).finish_reason == finish


@pytest.mark.parametrize(
    ("fields", "limit", "finish"),
    [
        ({}, 3, "stop"),
        ({}, 2, "length"),
        ({}, 0, "stop"),
        ({"usage": None}, 2, "stop"),
        ({"incomplete_details": None}, 2, "stop"),  # an endpoint that would say so
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_limit_that_was_reached_where_the_endpoint_never_says_so(ask, script, fields, limit, finish, streamed):
    """llama.cpp's server and `transformers serve`: status `completed`, no `incomplete_details`."""
    body = said("4", **fields)
    last = json.dumps({"type": "response.completed", "response": body})
    scripted = script.stream(f"data: {last}\n\n") if streamed else script.send(200, body)
    assert ask(scripted, max_output_tokens=limit, stream=streamed).finish_reason == finish


def test_log_probabilities_and_refusals(ask, script):
    token = {"token": "4", "logprob": -0.5, "top_logprobs": [{"token": "5", "logprob": -1.5}]}
    parts = [{"type": "output_text", "text": "4", "logprobs": [token]}, {"type": "refusal", "refusal": " No."}]
    reply = ask(script.send(200, said(output=[{"type": "message", "content": parts}])))
    assert reply.text == "4 No."
    assert [(item.token, item.logprob, item.top) for item in reply.logprobs] == [("4", -0.5, (("5", -1.5),))]


def test_a_stream(ask, script):
    pieces: list[dict[str, Any]] = [
        {"type": "response.created", "response": {"status": "in_progress"}},
        {"type": "response.output_text.delta", "delta": "42"},
        {"type": "response.completed", "response": said("42")},
    ]
    reply = ask(script.stream(*(f"event: {x['type']}\ndata: {json.dumps(x)}\n\n" for x in pieces)), stream=True)
    assert reply.text == "42"
    assert reply.timing.ttft is not None


def test_a_stream_has_begun_with_the_first_piece_of_the_reply():
    stream = StreamedResponse()
    stream.add(b"", b'{"type": "response.in_progress"}')
    assert not stream.begun
    stream.add(b"", b'{"type": "response.output_text.delta", "delta": "4"}')
    assert (stream.begun, stream.done) == (True, False)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ({"type": "response.created"}, "the stream ended early"),
        ({"type": "error", "code": "server_error", "message": "died"}, r"the endpoint returned an error \(died\)"),
        (
            {"type": "response.failed", "response": said(status="failed", error={"message": "died"})},
            r"the endpoint returned an error \(died\)",
        ),
        ({"type": "response.completed"}, "the response contains no output"),
        (3, "an event of the stream is not a JSON object"),
    ],
)  # fmt: skip
def test_broken_streams(ask, script, last, words):
    with pytest.raises(TransientError, match=f"^responses/m: {words}"):
        ask(script.stream(f"data: {json.dumps(last)}\n\n"), stream=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"output": "42"}, "the response contains no output"),
        (said("4", status="in_progress"), r"the endpoint aborted the completion \(status 'in_progress'\)"),
        (said("4", error={"code": "server_error", "message": "died"}), r"the endpoint returned an error \(died\)"),
    ],
)
def test_broken_replies(ask, script, body, words):
    with pytest.raises(TransientError, match=f"^responses/m: {words}"):
        ask(script.send(200, body))


def test_what_has_no_form_is_refused(ask, script):
    file = Chat(messages=({"role": "user", "content": [{"type": "file"}]},))
    with pytest.raises(RequestRefused, match=r"a kind that responses have no form for \('file'\)"):
        ask(script.hang, request=file)


def test_resolve(endpoint, script, request_for):
    async def main():
        async with endpoint([script.send(200, said("42"))]) as served:
            model = resolve("responses/gpt", ModelOptions(api_url=served.url))
            reply = await model.send(request_for())
            await model.aclose()
            return served, model, reply

    served, model, reply = asyncio.run(main())
    assert (reply.text, served.bodies[0]["model"]) == ("42", "gpt")
    assert model.identity == {"protocol": "responses", "endpoint": served.url, "model": "gpt"}


def test_an_incomplete_response_without_a_reason_is_broken_off(ask, script):
    for why in (None, {}, {"reason": None}):
        with pytest.raises(TransientError, match="status 'incomplete', without a reason"):
            ask(script.send(200, {**said("42"), "status": "incomplete", "incomplete_details": why}))


@pytest.mark.parametrize("strict", [True, False])
def test_a_tool_says_whether_it_is_strict(ask, script, strict):
    tool = {"type": "function", "function": {"name": "f", "strict": strict}}
    ask(script.send(200, said("42")), request=Chat(messages=({"role": "user", "content": "?"},), tools=(tool,)))
    parameters = {"type": "object", "properties": {}}
    assert ask.last.bodies[0]["tools"] == [
        {"type": "function", "name": "f", "parameters": parameters, "strict": strict}
    ]
