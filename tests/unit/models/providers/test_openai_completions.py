"""Log-probabilities from an endpoint that echoes prompts; the ways in which endpoints do it, or do not."""

import asyncio
import re

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Chat, ContinuationLogprob, Likelihood, raw


def request(prompt, *continuations, **params):
    return Likelihood(messages=raw(prompt), continuations=continuations, params=params)


def tokens_of(text):
    """Words with the space before them; a token that begins with a vowel is the likeliest."""
    return re.findall(r"\s?\S+|\s+", text)


def reply_to(body, *, first=(), spell=str, tops=True, usage=True):
    """What a server echoes: a log-probability is minus the token's length, the first token has none."""
    tokens = [*first, *tokens_of(body["prompt"])]
    values = [None, *(-float(len(token)) for token in tokens[1:]), -9.0]
    rival = [None if value is None else value + (0 if token.strip()[:1] in "aeiou" else 1) for token, value in
             zip([*tokens, " end"], values, strict=True)]  # fmt: skip
    told = {"tokens": [*map(spell, tokens), " end"], "token_logprobs": values}
    if tops:
        told["top_logprobs"] = [None if value is None else {"x": value} for value in rival]
    counted = {"usage": {"prompt_tokens": len(tokens)}} if usage else {}
    return {"choices": [{"text": body["prompt"] + " end", "logprobs": told}], **counted}


@pytest.fixture
def echo(ask, script):
    """Asks an endpoint that answers every request as `reply` says."""

    def run(asked, reply=reply_to, **form):
        def exchange(writer):
            script.send(200, reply(ask.last.bodies[-1], **form))(writer)

        return ask(exchange, request=asked)

    return run


ASKED = ("The sky", " is", " up above us", "")
TOLD = (
    ContinuationLogprob(logprob=-3, tokens=1, greedy=True),
    ContinuationLogprob(logprob=-3 - 6 - 3, tokens=3, greedy=True),
    ContinuationLogprob(logprob=0, tokens=0, greedy=True),
)


def test_what_is_sent(ask, echo):
    echo(request("The sky", " is", temperature=1, extra_body={"priority": 1}))
    sent = {"prompt": "The sky is", "echo": True, "logprobs": 1, "max_tokens": 1, "temperature": 0, "priority": 1}
    assert ask.last.bodies == [{"model": "m", **sent}]
    assert ask.last.heads[0].startswith("POST /v1/completions HTTP/1.1\r\n")


@pytest.mark.parametrize("form", [{}, {"first": ("<s>",)}, {"usage": False}])
def test_the_continuations_are_scored(echo, form):
    reply = echo(request(*ASKED), **form)
    assert reply.likelihoods == TOLD
    assert reply.usage.prompt_tokens == (0 if form == {"usage": False} else 3 + 5 + 2 * len(form.get("first", ())))


def test_tokens_without_a_spelling_are_counted(ask, echo):
    reply = echo(request(*ASKED), spell=lambda token: "\ufffd")
    assert reply.likelihoods == TOLD
    assert [body["prompt"] for body in ask.last.bodies].count("The sky") == 2


def test_whether_a_token_is_the_likeliest(echo):
    assert [one.greedy for one in echo(request("The sky", " is", " blue", " is blue")).likelihoods] == [
        True,
        False,
        False,
    ]
    assert [one.greedy for one in echo(request("The sky", " is"), tops=False).likelihoods] == [False]


def test_spaces_that_end_the_prompt_belong_to_the_continuation(echo):
    assert echo(request("The sky ", "is")).likelihoods == TOLD[:1]


def test_a_token_over_the_bound_belongs_to_the_continuation(echo):
    assert echo(request("The sk", "y is")).likelihoods == (ContinuationLogprob(logprob=-4 - 3, tokens=2, greedy=False),)


def test_a_text_from_its_beginning(echo):
    """Without a token before it, nothing is said of the first."""
    assert echo(request("", "It is up")).likelihoods == (ContinuationLogprob(logprob=-6, tokens=2, greedy=True),)
    found = echo(request("", "It is up"), first=("<s>",)).likelihoods
    assert found == (ContinuationLogprob(logprob=-8, tokens=3, greedy=False),)


NONE = r"openai/m: http://127.0.0.1:\d+/v1 gives no log-probabilities of a prompt's tokens \(%s\)\nhint: vLLM, SGLang"


@pytest.mark.parametrize(
    ("logprobs", "why"),
    [
        (None, "the response contains none"),
        ({"content": []}, "the response contains none"),
        ({"tokens": ["a"], "token_logprobs": []}, "the response contains none"),
        ({"tokens": [" end"], "token_logprobs": [-1.0]}, "1 came, of what was generated"),
        ({"tokens": ["The", " s", "ky"], "token_logprobs": [None, -1, -1]}, "its tokens do not spell the prompt"),
        (
            {"tokens": ["The sky", " is", " e"], "token_logprobs": [None, None, -1]},
            "a token of the continuation has none",
        ),
        ({"tokens": ["The sky", " is", " e"], "token_logprobs": [None, 7, -1]}, "a token of the continuation has none"),
        ({"tokens": ["The sky", " is", " e"], "token_logprobs": [0, "-1", -1]}, "a token of the continuation has none"),
    ],
)
def test_an_endpoint_that_tells_none(ask, script, logprobs, why):
    with pytest.raises(RequestRefused, match=NONE % re.escape(why)):
        ask(script.send(200, {"choices": [{"text": "", "logprobs": logprobs}]}), request=request("The sky", " is"))


def test_other_ways_to_fail(ask, script):
    with pytest.raises(RequestRefused, match="HTTP 404 from"):
        ask(script.send(404, {"error": {"message": "no such path"}}), request=request("a", " b"))
    with pytest.raises(TransientError, match="returned an error"):
        ask(script.send(200, {"error": {"message": "try later"}}), request=request("a", " b"))
    with pytest.raises(TransientError, match="is not JSON"):
        ask(script.send(200, "<html>"), request=request("a", " b"))
    for choices in ([], [None], None):
        with pytest.raises(RequestRefused, match="the response contains none"):
            ask(script.send(200, {"choices": choices}), request=request("a", " b"))


def test_what_is_not_asked(ask, script):
    chat = Likelihood(messages=({"role": "user", "content": "Hi"},), continuations=(" a",))
    with pytest.raises(RequestRefused, match=r"after a plain prompt only \(a chat was given\)"):
        ask(script.say("no"), request=chat)
    with pytest.raises(RequestRefused, match="does not continue a plain prompt"):
        ask(script.say("no"), request=Chat(messages=raw("Hi")))
    assert ask.last.bodies == []


def test_every_continuation_has_its_own_place_and_attempts(endpoint, script, monkeypatch):
    """Through `openai/…` as a user opens it: one at a time, and only the one that failed is sent again."""
    monkeypatch.setattr("pytest_evalscope.models.middleware.retrying.FIRST_PAUSE", 0.0)
    failed: list[object] = []

    def exchange(writer):
        body = server.bodies[-1]
        if body["prompt"].endswith("hot") and not failed:
            failed.append(body)
            script.send(500, {"error": {"message": "once"}})(writer)
        else:
            script.send(200, reply_to(body))(writer)

    async def run():
        async with server:
            model = resolve("openai/m", ModelOptions(api_url=server.url, concurrency=1))
            try:
                return await model.send(request("The sky", " is", " hot", " up above us"))
            finally:
                await model.aclose()

    server = endpoint([exchange])
    reply = asyncio.run(run())
    assert [one.tokens for one in reply.likelihoods] == [1, 1, 3]
    assert (reply.attempts, reply.usage.prompt_tokens) == (4, 3 + 3 + 5)
    assert [body["prompt"] for body in server.bodies].count("The sky hot") == 2
    assert (len(server.bodies), server.connections) == (4, 1)


def test_a_failure_of_one_is_that_of_all(ask, script, endpoint):
    async def run():
        async with endpoint([script.send(400, {"error": {"message": "too long"}})]) as server:
            model = resolve("openai/m", ModelOptions(api_url=server.url))
            try:
                await model.send(request("The sky", " is", " hot"))
            finally:
                await model.aclose()

    with pytest.raises(RequestRefused, match="too long"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"choices": [{"text": "x", "logprobs": None}]}),
        (404, {"error": {"message": "no such path"}}),
        (501, {"error": {"message": "not implemented"}}),
        (400, {"error": {"message": "You requested logprobs with echo, which is not supported"}}),
    ],
)
def test_what_an_endpoint_cannot_do_is_requested_once(endpoint, script, status, body):
    async def run():
        async with endpoint([script.send(status, body)]) as server:
            model = resolve("openai/m", ModelOptions(api_url=server.url))
            asked = [model.send(request(f"The sky {number}", " is", " hot", " up")) for number in range(60)]
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
            await model.aclose()
            return server.bodies, {(type(outcome), str(outcome)) for outcome in outcomes}

    bodies, outcomes = asyncio.run(run())
    assert len(bodies) == 1
    ((kind, words),) = outcomes
    assert kind is RequestRefused
    assert words.startswith("openai/m: ")


def test_a_refusal_of_one_text_is_not_one_of_all(endpoint, script):
    def exchange(writer):
        body = server.bodies[-1]
        refused = body["prompt"].startswith("long")
        script.send(400 if refused else 200, {"error": "too long"} if refused else reply_to(body))(writer)

    async def run():
        async with server:
            model = resolve("openai/m", ModelOptions(api_url=server.url))
            asked = (model.send(request(text, " is")) for text in ("long", "The sky"))
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
            await model.aclose()
            return outcomes

    server = endpoint([exchange])
    refused, scored = asyncio.run(run())
    assert isinstance(refused, RequestRefused)
    assert len(scored.likelihoods) == 1
