"""`extra_headers` and `extra_query`: they go where their names say, and nowhere else."""

import asyncio

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.providers.anthropic import AnthropicModel
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.models.providers.responses import ResponsesModel
from pytest_evalscope.types import Chat, Embed, Likelihood, Rerank, raw

KEY = "gw-SENTINEL-0123"
EXTRAS = {"extra_headers": {"X-Gateway": KEY, "User-Agent": "ours", "X-None": None}, "extra_query": {"tenant": "t 1"}}
MESSAGES = ({"role": "user", "content": "6 x 7?"},)
CHAT = Chat(messages=MESSAGES, params={"temperature": 0, **EXTRAS})
SENT = {
    "chat": (OpenAIModel, CHAT),
    "anthropic": (AnthropicModel, CHAT),
    "responses": (ResponsesModel, CHAT),
    "embed": (OpenAIModel, Embed(texts=("a",), params=EXTRAS)),
    "rerank": (OpenAIModel, Rerank(query="a", documents=("b",), params=EXTRAS)),
    "likelihood": (OpenAIModel, Likelihood(messages=raw("a b"), continuations=(" c",), params=EXTRAS)),
}


@pytest.mark.parametrize(("made", "request_"), SENT.values(), ids=SENT)
def test_they_are_sent_beside_the_body(endpoint, script, made, request_):
    async def main():
        async with endpoint([script.send(400, {"error": f"no, {KEY}"})]) as served:
            where = endpoint_at(f"{served.url}?api-version=1", source="test")
            model = made("p/m", model="m", endpoint=where, options=ModelOptions())
            with pytest.raises(RequestRefused) as caught:
                await model.send(request_)
            await model.aclose()
            return served, caught.value

    served, error = asyncio.run(main())
    (head,), (body,) = served.heads, served.bodies
    assert f"X-Gateway: {KEY}\r\n" in head
    assert "User-Agent: ours\r\n" in head
    assert "X-None" not in head
    assert head.split(" ")[1].endswith(("?api-version=1&tenant=t+1", "?api-version=1&tenant=t%201"))
    assert not {"extra_headers", "extra_query"} & set(body)
    assert KEY not in str(error)
    assert "no, ***" in error.message


def test_a_completion_that_repeats_one_is_masked(ask, script):
    reply = ask(script.say(f"your key is {KEY}, ours"), **EXTRAS)
    assert reply.text == "your key is ***, ours"


def test_without_any_nothing_changes(ask, script):
    ask(script.say("42"), extra_headers=None, extra_query={})
    assert ask.last.heads[0].startswith("POST /v1/chat/completions HTTP/1.1\r\n")
    assert set(ask.last.bodies[0]) == {"model", "messages"}


@pytest.mark.parametrize(
    "extras",
    [
        {"extra_headers": f"X: {KEY}"},
        {"extra_headers": {"X": [KEY]}},
        {"extra_headers": {"X": f"{KEY}\n"}},
        {"extra_headers": {"": KEY}},
        {"extra_query": [KEY]},
    ],
)
def test_what_cannot_be_sent_is_refused_and_not_shown(ask, script, extras):
    with pytest.raises(RequestRefused, match=r"^openai/m: extra_\w+ .*does not fit; accepted: ") as caught:
        ask(script.say("42"), **extras)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("stream_options", [None, {}])
def test_stream_options_can_be_left_out(ask, script, stream_options):
    with pytest.raises(TransientError):
        ask(script.stream("data: [DONE]\n\n"), stream=True, stream_options=stream_options)
    assert ask.last.bodies == [{"model": "m", "messages": [*MESSAGES], "stream": True}]


def test_null_leaves_a_parameter_out(ask, script):
    ask(script.say("42"), temperature=None, max_tokens=3)
    assert ask.last.bodies == [{"model": "m", "messages": [*MESSAGES], "max_tokens": 3}]
