"""Embeddings: what is asked for, and what a reply must be to count."""

import asyncio
import base64
import json
import struct

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Embed


def reply(*vectors, order=None):
    places = order or range(len(vectors))
    data = [{"index": place, "embedding": vector} for place, vector in zip(places, vectors, strict=True)]
    return {"model": "e-1", "data": data, "usage": {"prompt_tokens": 5, "total_tokens": 5}}


def coded(*numbers):
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def texts(*words, **params):
    return Embed(texts=words, params=params)


def test_numbers_and_base64_in_the_order_of_their_indices(ask, script):
    got = ask(script.send(200, reply([0, 0.5], coded(1.0, -2.5), order=[1, 0])), request=texts("a", "b"))
    assert got.embeddings == ((1.0, -2.5), (0.0, 0.5))
    assert (got.text, got.model, got.usage.prompt_tokens) == ("", "e-1", 5)
    (head,) = ask.last.heads
    assert head.startswith("POST /v1/embeddings HTTP/1.1\r\n")


def test_what_is_sent(ask, script):
    request = texts("é", dimensions=2, temperature=0, max_tokens=3, extra_body={"truncate": True})
    ask(script.send(200, reply([1, 2])), request=request)
    assert ask.last.bodies == [
        {"model": "m", "input": ["é"], "encoding_format": "base64", "dimensions": 2, "truncate": True}
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "the response contains no embeddings"),
        ([], "the response contains no embeddings"),
        ({"data": ["x", "y"]}, "the response contains no embeddings"),
        (reply([1]), "the response contains 1 embeddings for 2 texts"),
        (reply([1], [2], [3]), "the response contains 3 embeddings for 2 texts"),
        (reply([1], [2], order=[0, 0]), "the response's embeddings are not numbered from 0 on"),
        (reply([1], [2], order=[0, "1"]), "the response's embeddings are not numbered from 0 on"),
        (reply([1], [2, 3]), "the response's embeddings are of several lengths"),
        (reply([1], []), "an embedding of the response is no list of numbers"),
        (reply([1], None), "an embedding of the response is no list of numbers"),
        (reply([1], ["2"]), "an embedding of the response contains what is no finite number"),
        (reply([1], [True]), "an embedding of the response contains what is no finite number"),
        (reply([1], [10**400]), "an embedding of the response contains what is no finite number"),
        (reply([1], [float("nan")]), "an embedding of the response contains what is no finite number"),
        (reply([1], "AAA="), "an embedding of the response is no base64 of 32-bit floats"),
        (reply([1], "A!AA"), "an embedding of the response is no base64 of 32-bit floats"),
        (reply([1], "\u00e9"), "an embedding of the response is no base64 of 32-bit floats"),
    ],
)
def test_broken_replies(ask, script, body, words):
    with pytest.raises(TransientError) as caught:
        ask(script.send(200, json.dumps(body)), request=texts("a", "b"))
    assert str(caught.value).startswith(f"openai/m: {words}")


@pytest.mark.parametrize("name", ["fake/echo", "python/textwrap:dedent"])
def test_models_that_embed_nothing_say_so(name):
    with pytest.raises(RequestRefused, match=f"^{name}: cannot embed texts; models that can: openai/ and azure/$"):
        asyncio.run(resolve(name, ModelOptions()).send(texts("a")))
