"""Log-probabilities from a GGUF file, with a stand-in for the process that decodes; the real one is in tests/e2e."""

import asyncio
import sys
from typing import Any

import pytest

from pytest_evalscope.errors import ModelError, RequestRefused
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.gguf import model as gguf
from pytest_evalscope.models.gguf import scoring as gguf_scoring
from pytest_evalscope.types import Chat, ContinuationLogprob, Likelihood, raw

CHILD = '''
"""A character is a token; its log-probability is minus the number of those before it, and a vowel is the likeliest."""

import json, os, sys

order = json.loads(sys.stdin.readline())["model"]
print(json.dumps({"first": 0, "context": order["context"]}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "encode" in asked:
        if "die" in asked["encode"]:
            os._exit(7)
        answer = {"tokens": [list(map(ord, text)) for text in asked["encode"]]}
    elif any(len(tokens) > 30 for tokens, _ in asked["score"]):
        answer = {"error": "llama.cpp cannot decode the text (code 1)"}
    else:
        vowels = set(map(ord, "aeiou"))
        answer = {
            "scores": [
                [-sum(range(start, len(tokens))), vowels.issuperset(tokens[start:])] for tokens, start in asked["score"]
            ]
        }
    print(json.dumps(answer), flush=True)
'''


def request(prompt, *continuations, **fields):
    return Likelihood(messages=raw(prompt), continuations=continuations, **fields)


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Puts a script in the place of the one that decodes."""
    if sys.platform == "win32":
        pytest.skip("it is refused there")

    def put(source):
        path = tmp_path / "child.py"
        path.write_text(source)
        monkeypatch.setattr(gguf_scoring, "_SCRIPT", path)
        monkeypatch.setattr(gguf, "find_spec", lambda name: object())

    return put


@pytest.fixture
def score(tmp_path):
    """Asks the model at once; returns replies and errors. No process is left."""
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF and so on")

    def run(*requests, **args):
        async def ask():
            model: Any = resolve(f"gguf/{file}", ModelOptions(args=args))
            try:
                return await asyncio.gather(*map(model.send, requests), return_exceptions=True)
            finally:
                await model.aclose()
                assert model._scorer._process is None
                assert model._server._process is None

        return asyncio.run(ask()), f"gguf/{file}"

    return run


def test_continuations_are_scored(child, score):
    child(CHILD)
    [first, second], _ = score(request("ab ", "ia", "c"), request("abcd", "", "e"))
    assert first.likelihoods == (
        ContinuationLogprob(logprob=-(2 + 3 + 4), tokens=3, greedy=False),
        ContinuationLogprob(logprob=-(2 + 3), tokens=2, greedy=False),
    )
    assert second.likelihoods[0] == ContinuationLogprob(logprob=0, tokens=0, greedy=True)
    assert second.likelihoods[1] == ContinuationLogprob(logprob=-4, tokens=1, greedy=True)
    assert (first.text, first.model) == ("", "tiny.gguf")


def test_a_text_is_read_in_windows(child, score):
    child(CHILD)
    [reply], _ = score(request("", "abcdefg"), context=4)
    # First 4 tokens after the one that begins a text, then 3 more with 2 before them.
    assert reply.likelihoods == (ContinuationLogprob(logprob=-(1 + 2 + 3 + 4) - (2 + 3 + 4), tokens=7, greedy=False),)


def test_windows_is_told_what_gives_them_there(child, score, monkeypatch):
    child(CHILD)
    monkeypatch.setattr("sys.platform", "win32")
    [error], name = score(request("a", "b"))
    assert error.message == (
        f"{name}: gives log-probabilities on Linux and macOS only (this is Windows); hf/ models give them"
    )


def test_what_it_does_not_take(child, score):
    child(CHILD)
    chat = Likelihood(messages=({"role": "user", "content": "Hi"},), continuations=("a",))
    errors, name = score(
        chat,
        request("abc", "defg"),
        Chat(messages=raw("Hi")),
        context=4,
    )
    assert [type(error) for error in errors] == [RequestRefused] * 3
    after = (
        "gives log-probabilities after a plain prompt only (a chat was given); accepted: a raw prompt, or an hf/ model"
    )
    assert errors[0].message.startswith(f"{name}: {after}")
    assert errors[1].message.startswith(f"{name}: prompt and continuation have 7 tokens; accepted: up to 5")
    assert errors[2].message == f"{name}: does not continue a plain prompt; accepted: messages, or an hf/ model"


def test_a_text_that_cannot_be_decoded_harms_no_other(child, score):
    child(CHILD)
    [failed, reply], name = score(request("a" * 20, "b" * 20), request("a", "b"))
    assert failed.message == f"{name}: llama.cpp cannot decode the text (code 1)"
    assert len(reply.likelihoods) == 1


def test_a_process_that_dies_is_told_as_such(child, score):
    child(CHILD)
    [error], name = score(request("die", "b"))
    assert type(error) is ModelError
    assert error.message == f"{name}: llama.cpp has ended (exit code 7)"


def test_a_file_that_does_not_load(child, score):
    child('print(\'{"error": "ValueError: it is no model"}\')')
    errors, name = score(request("a", "b"), request("a", "c"))
    assert [error.message for error in errors] == [f"{name}: llama.cpp cannot load it (ValueError: it is no model)"] * 2
