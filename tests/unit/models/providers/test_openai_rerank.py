"""Documents that an endpoint scores: what is sent, and what a response must be to count."""

import json

import pytest

from pytest_evalscope.errors import RequestRefused, TransientError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Rerank


def response(*results, **more):
    return {"results": [{"index": index, "relevance_score": score} for index, score in results], **more}


def documents(*texts, **params):
    return Rerank(query="fox", documents=texts, params=params)


def test_scores_come_in_the_order_of_the_documents(ask, script):
    body = response((2, 0.9), (0, 0.5), (1, -3), model="r-1", usage={"total_tokens": 7})
    got = ask(script.send(200, json.dumps(body)), request=documents("a", "b", "c"))
    assert got.relevance == (0.5, -3.0, 0.9)
    assert (got.text, got.model, got.usage.prompt_tokens) == ("", "r-1", 7)
    (head,) = ask.last.heads
    assert head.startswith("POST /v1/rerank HTTP/1.1\r\n")


def test_what_is_sent(ask, script):
    request = documents("é", "b", temperature=0, max_tokens=3, extra_body={"return_documents": False})
    ask(script.send(200, json.dumps(response((0, 1), (1, 2), usage={"prompt_tokens": 3}))), request=request)
    assert ask.last.bodies == [
        {"model": "m", "query": "fox", "documents": ["é", "b"], "top_n": 2, "return_documents": False}
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "the response contains no results"),
        ([], "the response contains no results"),
        ({"results": ["x", "y"]}, "the response contains no results"),
        (response((0, 1)), "the response contains 1 results for 2 documents"),
        (response((0, 1), (1, 1), (2, 1)), "the response contains 3 results for 2 documents"),
        (response((0, 1), (0, 1)), "the response's results do not name each document once"),
        (response((1, 1), (2, 1)), "the response's results do not name each document once"),
        (response((0, 1), ("1", 1)), "the response's results do not name each document once"),
        (response((0, 1), (True, 1)), "the response's results do not name each document once"),
        (response((0, 1), (1, None)), "the relevance of a document is no finite number"),
        (response((0, 1), (1, "1")), "the relevance of a document is no finite number"),
        (response((0, 1), (1, True)), "the relevance of a document is no finite number"),
        (response((0, 1), (1, 10**400)), "the relevance of a document is no finite number"),
        (response((0, 1), (1, float("nan"))), "the relevance of a document is no finite number"),
    ],
)
def test_broken_responses(ask, script, body, words):
    with pytest.raises(TransientError) as caught:
        ask(script.send(200, json.dumps(body)), request=documents("a", "b"))
    assert str(caught.value).startswith(f"openai/m: {words}")


def test_an_endpoint_without_the_path_says_so(ask, script):
    with pytest.raises(RequestRefused, match="404"):
        ask(script.send(404, "no such path"), request=documents("a"))


def test_azure_has_no_such_path(monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:1")
    assert Rerank not in resolve("azure/m", ModelOptions()).can
