"""Functions as models: what they return beside a text, and what a completion of theirs may hold."""

import asyncio

import pytest

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.providers.python import wrap_callable
from pytest_evalscope.types import Chat, Completion


def call(function):
    request = Chat(messages=({"role": "user", "content": "?"},))
    return asyncio.run(wrap_callable("app", function).send(request))


CONTEXT = [{"text": "Paris is the capital.", "source": "a.md"}, {"text": "…", "score": 0.5}]


@pytest.mark.parametrize(
    "returned",
    [
        {"text": "Paris", "context": CONTEXT},
        Completion(text="Paris", context=CONTEXT),
        {"content": "Paris", "context": CONTEXT},
        {"choices": [{"message": {"content": "Paris", "context": CONTEXT}}]},
    ],
)
def test_what_it_retrieved_is_kept(returned):
    made = call(lambda messages: returned)
    assert (made.text, made.context) == ("Paris", CONTEXT)


def test_a_mapping_of_a_text_alone_will_do():
    made = call(lambda messages: {"text": "<think>so</think>Paris"})
    assert (made.text, made.reasoning, made.context) == ("Paris", "so", None)


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        ({"text": 3}, "the function returned a mapping whose text is a int; accepted: str"),
        (
            {"text": "x", "contexts": []},
            "what the function returned: unknown name ('contexts'); did you mean context",
        ),
        (
            {"text": "x", "context": {1, 2}},
            "the function returned a Completion, but its context: a set; accepted",
        ),
        (Completion(text=None), "the function returned a Completion, but its text is a NoneType; accepted: a text"),  # type: ignore[arg-type]  # on purpose
        (Completion(text="x", context=[object()]), "its context[0]: a object; accepted: JSON"),
        (Completion(text="x", usage=None), "its usage is a NoneType; accepted: Usage("),  # type: ignore[arg-type]  # on purpose
    ],
)
def test_what_it_retrieved_is_json(returned, problem):
    with pytest.raises(ModelError) as caught:
        call(lambda messages: returned)
    assert problem in str(caught.value)


def test_what_it_returns_is_scored_as_it_is(monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", "correct-horse-battery")  # whether an application says it may be the question
    assert call(lambda prompt: "It is correct-horse-battery.").text == "It is correct-horse-battery."
