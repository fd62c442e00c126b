"""The path to an OpenAI-compatible endpoint: what is sent, and what each way of failing becomes."""

import asyncio
import gzip
import json
from types import MappingProxyType

import pytest

from pytest_evalscope.errors import ModelError, ModelTimeout, RequestRefused, TransientError, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.http import connection, network
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers import openai
from pytest_evalscope.types import Chat

DONE = "data: [DONE]\n\n"


def event(**choice):
    return f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n"


def test_a_reply(ask, script):
    reply = ask(script.say("42", finish_reason="length"))
    assert (reply.text, reply.finish_reason, reply.model) == ("42", "length", "m-1")
    assert reply.timing.latency > 0
    assert reply.timing.ttft is None


def test_what_is_sent(ask, script):
    tools = ({"type": "function", "function": {"name": "add"}},)
    request = Chat(
        messages=({"role": "user", "content": "é"},),
        params={"temperature": 0, "stop": ("\n",), "extra_body": {"top_k": 1}},
        tools=tools,
    )
    ask(script.say("42"), request=request)
    assert ask.last.bodies == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "é"}],
            "temperature": 0,
            "stop": ["\n"],
            "top_k": 1,
            "tools": list(tools),
        }
    ]
    (head,) = ask.last.heads
    assert head.startswith("POST /v1/chat/completions HTTP/1.1\r\n")
    assert "Content-Type: application/json\r\n" in head
    assert "Authorization" not in head


def test_calls_and_their_results_go_as_they_are(ask, script):
    calls = [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}, "extra_content": {"s": 1}}]
    messages = (
        {"role": "user", "content": "?"},
        {"role": "assistant", "content": "", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c", "content": "1"},
    )
    reply = ask(script.say({"content": None, "tool_calls": calls}), request=Chat(messages=messages))
    assert ask.last.bodies[0]["messages"] == [*messages]
    assert (reply.text, reply.tool_calls) == ("", (calls[0],)), "what an endpoint adds to a call is kept"


def test_the_environment_gives_the_headers(ask, script, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", " sk-123456789\n")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    ask(script.say("42"))
    (head,) = ask.last.heads
    assert "Authorization: Bearer sk-123456789\r\n" in head
    assert "OpenAI-Organization: org-1\r\n" in head
    assert "OpenAI-Project: proj-1\r\n" in head


def test_what_is_no_json_is_made_plain(ask, script):
    message = MappingProxyType({"role": "user", "content": "a\ud83d"})
    ask(script.say("42"), request=Chat(messages=(message,), params={"seed": 2**70}))
    (body,) = ask.last.bodies
    assert body["messages"] == [{"role": "user", "content": "a\ufffd"}]
    assert body["seed"] == 2**70


def test_one_connection_serves_request_after_request(ask, script):
    ask(script.say("1"), script.say("2"), script.stream(event(delta={"content": "3"}), DONE), script.say("4"))
    assert (len(ask.last.bodies), ask.last.connections) == (4, 1)


def test_as_many_connections_as_requests(endpoint, script, request_for):
    async def main():
        arrived = []
        everybody = asyncio.Event()

        async def meet(writer):
            arrived.append(1)
            if len(arrived) == 150:
                everybody.set()
            await everybody.wait()
            script.say("42")(writer)

        async with endpoint([meet]) as served:
            where = endpoint_at(served.url, source="test")
            model = openai.OpenAIModel("openai/m", model="m", endpoint=where, options=ModelOptions(timeout=60))
            await asyncio.gather(*(model.send(request_for()) for _ in range(150)))
            await model.aclose()
            return served.connections

    assert asyncio.run(main()) == 150


def test_compressed_replies(ask, script):
    body = gzip.compress(json.dumps({"choices": [{"message": {"content": "42"}}]}).encode())
    assert ask(script.send(200, body, headers="Content-Encoding: gzip\r\n")).text == "42"


def test_lone_surrogates_are_replaced(ask, script):
    body = b'{"choices": [{"message": {"content": "4\\ud83d2"}}]}'
    assert ask(script.send(200, body)).text == "4\ufffd2"


def test_a_megabyte(ask, script):
    assert len(ask(script.say("x" * 3_000_000)).text) == 3_000_000


@pytest.mark.parametrize("kind", ["whole", "streamed"])
def test_a_reply_beyond_measure(ask, script, monkeypatch, kind):
    monkeypatch.setattr(connection, "LARGEST_RESPONSE", 2**20)
    text = "x" * 2**20
    step = script.say(text) if kind == "whole" else script.stream(event(delta={"content": text}), DONE)
    with pytest.raises(
        ModelError, match=r"^openai/m: the response is larger than 1 MiB, the most that is read$"
    ) as caught:
        ask(step)
    assert type(caught.value) is ModelError


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_statuses_that_may_pass(ask, script, status):
    with pytest.raises(TransientError) as caught:
        ask(script.send(status, {"error": {"message": "later"}}, headers="retry-after: 2\r\n"))
    error = caught.value
    assert str(error) == f"openai/m: HTTP {status} from {ask.last.url} (later)"
    assert (error.status, error.retry_after) == (status, 2.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_statuses_that_will_not_pass(ask, script, status):
    with pytest.raises(RequestRefused) as caught:
        ask(script.send(status, {"error": {"message": "no\x1b[2J " + "x" * 1000}}))
    error = caught.value
    assert error.status == status
    assert error.message.startswith(f"openai/m: HTTP {status} from {ask.last.url} (no [2J xxx")
    assert error.message.endswith("x…)")
    assert len(error.message) < 400


def test_redirects_are_not_followed(ask, script):
    with pytest.raises(RequestRefused, match=r"redirects \(HTTP 308 to 'https://elsewhere/v1'\)") as caught:
        ask(script.send(308, "", headers="Location: https://elsewhere/v1?key=secret\r\n"))
    assert "name the final URL" in caught.value.hint
    assert len(ask.last.bodies) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "the response is not JSON"),
        ('{"choices": [', 'the response is not JSON ({"choices": [)'),
        ("<html>\nno</html>", "the response is not JSON (<html> no</html>)"),
        ({"choices": []}, 'the response contains no choices ({"choices": []})'),
        ({"object": "x"}, 'the response contains no choices ({"object": "x"})'),
        ({"choices": [{"message": {"content": 3}}]}, "the response's content is neither text nor null"),
        ({"error": {"message": "overloaded", "code": 502}}, "the endpoint returned an error (overloaded)"),
        (
            {"error": "overloaded", "choices": [{"message": {"content": "4"}}]},
            "the endpoint returned an error (overloaded)",
        ),
    ],
)
def test_broken_replies(ask, script, body, words):
    with pytest.raises(TransientError) as caught:
        ask(script.send(200, body))
    assert str(caught.value).startswith(f"openai/m: {words}")


def test_an_error_with_200_that_will_not_pass(ask, script):
    with pytest.raises(RequestRefused, match=r"^openai/m: the endpoint returned an error \(too long\)$"):
        ask(script.send(200, {"error": {"message": "too long", "code": 400}}))


@pytest.mark.parametrize("way", ["reset", "cut"])
def test_lost_connections(ask, script, way):
    with pytest.raises(TransientError) as caught:
        ask(getattr(script, way))
    assert str(caught.value).startswith(f"openai/m: the connection to {ask.last.url} broke (")


def test_no_server(request_for, endpoint):
    async def main():
        async with endpoint(()) as gone:
            pass
        model = openai.OpenAIModel(
            "openai/m", model="m", endpoint=endpoint_at(gone.url, source="test"), options=ModelOptions()
        )
        try:
            await model.send(request_for())
        finally:
            await model.aclose()

    with pytest.raises(TransientError, match=r"^openai/m: no connection to http://127.0.0.1:\d+/v1 \(") as caught:
        asyncio.run(main())
    assert "is the server up" in caught.value.hint


def test_no_reply_in_time(ask, script):
    with pytest.raises(ModelTimeout, match=r"^openai/m: no complete response within 0.05 seconds$"):
        ask(script.hang, options=ModelOptions(timeout=0.05))


def test_a_stream(ask, script):
    reply = ask(
        script.stream(
            event(delta={"role": "assistant", "content": ""}),
            event(delta={"reasoning_content": "6 x 7"}),
            event(delta={"content": "42"}),
            event(delta={}, finish_reason="stop"),
            'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}\n\n',
            DONE,
        ),
        stream=True,
    )
    assert (reply.text, reply.reasoning, reply.finish_reason) == ("42", "6 x 7", "stop")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 2)
    assert reply.timing.ttft is not None
    assert 0 < reply.timing.ttft <= reply.timing.latency
    assert ask.last.bodies[0]["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"silence": 0.05, "timeout": 30}, r"openai/m: the stream brought nothing for 0\.05 seconds"),
        ({"silence": 30, "timeout": 0.2}, r"openai/m: no complete response within 0\.2 seconds"),
    ],
)
def test_a_stream_that_falls_silent(ask, limits, words):
    async def silent(writer):
        piece = event(delta={"content": "4"}).encode()
        writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await asyncio.Event().wait()

    with pytest.raises(ModelTimeout, match=f"^{words}$"):
        ask(silent, options=ModelOptions(**limits), stream=True)


def test_stream_options_of_the_user_stay(ask, script):
    ask(script.say("42"), stream=True, stream_options={"include_usage": False})
    assert ask.last.bodies[0]["stream_options"] == {"include_usage": False}


def test_a_stream_that_stays_open_after_its_end_mark_is_whole(ask, script, monkeypatch):
    monkeypatch.setattr(connection, "_LAST_BYTES_SECONDS", 0.01)

    async def open_ended(writer):
        await script.stream(event(delta={"content": "42"}), DONE + ": more to come")(writer)
        await asyncio.Event().wait()

    # The last chunk is never sent: the connection is given up, the reply is not.
    assert ask(open_ended, stream=True).text == "42"


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ([event(delta={"content": "4"})], "the stream ended early"),
        (["data: {\n\n"], "the response is not JSON"),
        (["data: 3\n\n"], "an event of the stream is not a JSON object"),
        ([DONE], "the response contains no choices"),
        (
            [event(delta={"content": "4"}), 'data: {"error": {"message": "died"}}\n\n'],
            "the endpoint returned an error (died)",
        ),
        (['event: error\ndata: {"message": "died"}\n\n'], "the endpoint returned an error (died)"),
    ],
)
def test_broken_streams(ask, script, pieces, words):
    with pytest.raises(TransientError) as caught:
        ask(script.stream(*pieces), stream=True)
    assert str(caught.value) == f"openai/m: {words}"


def test_a_stream_that_is_lost(ask, script):
    with pytest.raises(TransientError, match="broke"):
        ask(script.stream(event(delta={"content": "4"}), cut=True), stream=True)


def test_resolve_gives_a_model_that_asks_again(endpoint, script, request_for, monkeypatch):
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.FIRST_PAUSE", 0.0)

    async def main():
        async with endpoint([script.send(500, "x"), script.reset, script.say("42")]) as served:
            monkeypatch.setenv("OPENAI_BASE_URL", served.url)
            model = resolve("openai/a/b", ModelOptions())
            reply = await model.send(request_for())
            await model.aclose()
            return served, model, reply

    served, model, reply = asyncio.run(main())
    assert (reply.text, reply.attempts, len(served.bodies)) == ("42", 3, 3)
    assert (model.name, model.identity) == ("openai/a/b", {"endpoint": served.url, "model": "a/b"})
    assert served.bodies[0]["model"] == "a/b"


def test_the_option_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://environment/v1")
    model = resolve("openai/m", ModelOptions(api_url="http://option/v1/"))
    assert model.identity["endpoint"] == "http://option/v1"
    assert resolve("openai/m", ModelOptions()).identity["endpoint"] == "http://environment/v1"


def test_openai_itself_needs_a_key(monkeypatch):
    with pytest.raises(UsageError) as caught:
        resolve("openai/gpt-4o", ModelOptions())
    assert caught.value.message == "openai/gpt-4o: api.openai.com needs a key, and OPENAI_API_KEY is not set"
    assert "set OPENAI_API_KEY" in caught.value.hint
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    assert resolve("openai/gpt-4o", ModelOptions()).identity == {
        "endpoint": "https://api.openai.com/v1",
        "model": "gpt-4o",
    }


def test_a_replayed_run_needs_no_key():
    assert resolve("openai/gpt-4o", ModelOptions(replayed=True)).identity["model"] == "gpt-4o"


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "http://host/v1", None),
        ({"http_proxy": "http://proxy:3128"}, "http://host/v1", "http://proxy:3128"),
        ({"http_proxy": "proxy:3128"}, "http://host/v1", "http://proxy:3128"),
        ({"http_proxy": "http://proxy:3128"}, "https://host/v1", None),
        ({"all_proxy": "http://proxy:3128"}, "https://host/v1", "http://proxy:3128"),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "host"}, "http://host/v1", None),
        ({"http_proxy": "http://proxy:3128"}, "http://127.0.0.1:8000/v1", None),
        ({"http_proxy": "http://proxy:3128"}, "http://localhost:8000/v1", None),
    ],
)
def test_proxies(monkeypatch, environment, url, proxy):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert network.proxy_for("openai/m", endpoint_at(url, source="test")) == proxy


THOUGHT = {"role": "assistant", "content": "", "reasoning_content": "6 x 7", "tool_calls": []}
TURNS = ({"role": "user", "content": "?"}, THOUGHT, {"role": "user", "content": "and now?"})
UNTHOUGHT = {name: value for name, value in THOUGHT.items() if name != "reasoning_content"}


def test_reasoning_goes_back_to_an_endpoint_that_demands_it(ask, script):
    missing = "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1"
    refusal = script.send(400, {"error": {"message": missing}})

    async def main(served):
        model = openai.OpenAIModel(
            "openai/m", model="m", endpoint=endpoint_at(served.url, source="test"), options=ModelOptions()
        )
        for _ in range(2):
            await model.send(Chat(messages=TURNS))
        await model.aclose()

    async def run():
        async with type(ask.last)([refusal, script.say("42"), script.say("42")]) as served:
            await main(served)
            return served.bodies

    ask(script.say("42"), request=Chat(messages=TURNS))
    assert ask.last.bodies[0]["messages"] == [TURNS[0], UNTHOUGHT, TURNS[2]], "most endpoints do not take it"
    first, second, third = (body["messages"] for body in asyncio.run(run()))
    assert first == [TURNS[0], UNTHOUGHT, TURNS[2]]
    assert second == third == [*TURNS]


def test_another_refusal_is_not_answered_with_reasoning(ask, script):
    for message, turns in (("no", TURNS), ("reasoning_content is missing", TURNS[:1])):
        with pytest.raises(RequestRefused, match=message):
            ask(script.send(400, {"error": {"message": message}}), request=Chat(messages=turns))
        assert len(ask.last.bodies) == 1
