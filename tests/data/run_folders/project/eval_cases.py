"""Hand-written cases beside a benchmark."""

import pytest

from pytest_evalscope import benchmark


@benchmark("smoke_facts", limit=3)
def test_facts(scores):
    assert scores.accuracy >= 0.9


@pytest.mark.parametrize("country", ["France", "Peru", "Chad"])
def test_capital(model, record_score, country):
    reply = model(f"Name the capital of {country}.")
    record_score({"known": reply != "I do not know.", "words": len(reply.split())})
    assert reply


def test_greeting(model, record_score):
    record_score(0.25, benchmark="manners", sample="greeting")
    assert model("Say hello.") == "hello"
