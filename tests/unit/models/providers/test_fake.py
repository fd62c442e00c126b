"""Models that answer by rule."""

import asyncio
from itertools import product

import pytest

from pytest_evalscope.errors import ModelError, ModelTimeout, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Likelihood, Rerank, raw


@pytest.fixture
def say(request_for):
    def run(rule, text="6 x 7?", **options):
        return asyncio.run(resolve(f"fake/{rule}", ModelOptions(**options)).send(request_for(text)))

    return run


@pytest.mark.parametrize(
    ("rule", "text", "reasoning"),
    [
        ("echo", "6 x 7?", ""),
        ("fixed:42", "42", ""),
        ("fixed:", "", ""),
        ("fixed:a:b\nc", "a:b\nc", ""),
        ("fixed:<think>6 x 7</think>42", "42", "6 x 7"),
        ("blank", "", ""),
        ("letter:B", "B", ""),
        ("slow:0:42", "42", ""),
        ("slow:0.001:a:b", "a:b", ""),
    ],
)
def test_rules(say, rule, text, reasoning):
    reply = say(rule)
    assert (reply.text, reply.reasoning) == (text, reasoning)


def test_a_name_and_an_identity():
    model = resolve("fake/fixed:42", ModelOptions())
    assert (model.name, model.identity) == ("fake/fixed:42", {"fake": "fixed:42"})


def test_letters_by_hash_are_stable_and_of_every_kind(say):
    letters = [say("letter:*", f"question {number}").text for number in range(40)]
    assert letters == [say("letter:*", f"question {number}").text for number in range(40)]
    assert set(letters) == set("ABCD")


def test_words_are_counted_as_tokens(say):
    usage = say("fixed:forty two", "what is 6 x 7?").usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (5, 2)


def test_error(say):
    with pytest.raises(ModelError, match=r"^fake/error: fails every request, as its name says$"):
        say("error")


def test_slower_than_allowed(say):
    with pytest.raises(ModelTimeout, match=r"^fake/slow:100000:42: no complete response within 0.001 seconds$"):
        say("slow:100000:42", timeout=0.001)


def test_lone_surrogates_are_replaced(say):
    assert say("echo", "a\ud83d").text == "a\ufffd"
    assert say("letter:*", "a\ud83d").text in "ABCD"


def test_a_request_without_a_question(request_for):
    assert asyncio.run(resolve("fake/echo", ModelOptions()).send(type(request_for())(messages=()))).text == ""


@pytest.mark.parametrize(
    "rule", ["parrot", "echo:x", "fixed", "letter:", "letter:BB", "letter:b", "slow:x:y", "slow:1", "slow:-1:x"]
)
def test_unknown_forms_are_refused(rule):
    with pytest.raises(UsageError) as caught:
        resolve(f"fake/{rule}", ModelOptions())
    assert str(caught.value) == (
        f"fake model: unknown form ({rule!r}); accepted: fake/echo, fake/fixed:TEXT, fake/letter:A, fake/letter:*, "
        "fake/blank, fake/error, fake/slow:SECONDS:TEXT"
    )


def test_replies_depend_on_the_request_alone(say):
    for rule, text in product(["echo", "letter:*", "fixed:42"], ["a", "b"]):
        assert say(rule, text) == say(rule, text)


def test_log_probabilities_by_a_hash():
    def weigh(*texts, prompt="Ice is"):
        request = Likelihood(messages=raw(prompt), continuations=texts)
        return asyncio.run(resolve("fake/echo", ModelOptions()).send(request)).likelihoods

    cold, hot, nothing = weigh(" cold", " a hot liquid", "")
    assert (cold.tokens, hot.tokens) == (1, 3)
    assert hot.logprob < -3 < 0
    assert (nothing.logprob, nothing.tokens, nothing.greedy) == (0, 0, True)
    assert weigh(" cold") == (cold,) != weigh(" cold", prompt="Tea is")


def test_documents_by_the_words_of_the_query():
    def compare(query, *documents):
        return asyncio.run(resolve("fake/echo", ModelOptions()).send(Rerank(query=query, documents=documents)))

    got = compare("red fox", "A fox, RED as fire", "the fox", "tea", "")
    assert got.relevance == (1.0, 0.5, 0.0, 0.0)
    assert got.usage.prompt_tokens == 2 * 4 + 5 + 2 + 1
    assert compare("?", "tea").relevance == (0.0,)
