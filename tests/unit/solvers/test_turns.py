"""A conversation is held turn by turn, and nothing of it is lost."""

import asyncio

import pytest

from pytest_evalscope.errors import ModelError, UsageError
from pytest_evalscope.solvers import turns
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample, Timing, Usage


def message(role, content):
    return {"role": role, "content": content}


TWO = Sample(id="two", input=(message("user", "Name a fruit."), message("user", "And its colour?")), tools=({"t": 1},))


class Scripted:
    """A model whose replies are written down, and which keeps what it was asked."""

    can = EVERY_REQUEST
    name, identity = "scripted", {"scripted": 1}

    def __init__(self, *replies):
        self.replies, self.requests = list(replies), []

    async def send(self, request):
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Completion) else Completion(text=reply)

    async def aclose(self):
        """Hold nothing."""


def hold(sample, *replies, solver=None):
    model = Scripted(*replies)
    made = asyncio.run((solver or turns())(sample, Context(model=model, params={"temperature": 0.0}, repeat=2)))
    assert not model.replies
    return made, [request.messages for request in model.requests], model.requests


def test_each_turn_is_answered_with_the_history():
    made, asked, requests = hold(TWO, "Apple.", "Red.")
    assert (made.text, made.turns) == ("Red.", ("Apple.", "Red."))
    first = TWO.input[:1]
    assert asked == [first, (*first, message("assistant", "Apple."), TWO.input[1])]
    assert all((r.params, r.tools, r.repeat) == ({"temperature": 0.0}, ({"t": 1},), 2) for r in requests)


def test_what_the_data_lets_the_assistant_say_is_not_asked():
    given = (message("user", "1+1?"), message("assistant", "2"), message("user", "Twice that?"))
    made, asked, _ = hold(Sample(input=given), "4")
    assert asked == [given]
    assert made.turns == ("4",)


def test_the_trajectory_is_what_came_after_the_first_prompt_and_tells_whose_words_they_are():
    given = (
        *(message("user", "1+1?"), message("user", "Sure?"), message("assistant", "Quite.")),
        *(message("user", "Twice that?"), message("user", "Not sent"), message("assistant", "As said")),
    )
    made, asked, _ = hold(Sample(input=given), "2", "4")
    assert asked == [given[:1], (given[0], message("assistant", "2"), *given[1:4])]
    assert [(said["role"], said["content"]) for said in made.trajectory] == [
        ("assistant", "2"), ("user", "Sure?"), ("assistant", "Quite."), ("user", "Twice that?"), ("assistant", "4"),
    ]  # fmt: skip
    assert made.turns == ("2", "4"), "an assistant message of the data is not the model's"
    step = {"finish_reason": "stop", "prompt_tokens": 0, "completion_tokens": 0, "seconds": 0.0, "cached": False}
    assert made.trajectory[0]["step"] == step


def test_the_system_prompt_comes_first_in_every_turn():
    _, asked, _ = hold(TWO, "a", "b", solver=turns(system="Be brief."))
    assert [messages[0] for messages in asked] == [message("system", "Be brief.")] * 2
    assert turns(system="Be brief.").render(TWO) == (message("system", "Be brief."), *TWO.input)


def test_a_question_that_is_text_is_a_conversation_of_one_turn():
    made, asked, _ = hold(Sample(input="Hi?"), "Hi.")
    assert asked == [(message("user", "Hi?"),)]
    assert made.turns == ("Hi.",)


def test_the_sums_are_over_all_turns():
    replies = (
        Completion(
            text="a",
            usage=Usage(prompt_tokens=3, completion_tokens=1),
            timing=Timing(latency=0.5, ttft=0.25),
            cached=True,
        ),
        Completion(
            text="b",
            usage=Usage(prompt_tokens=7, completion_tokens=2),
            timing=Timing(latency=1.5, ttft=1.0),
            attempts=3,
            finish_reason="length",
        ),
    )
    made, _, _ = hold(TWO, *replies)
    assert made.usage == Usage(prompt_tokens=10, completion_tokens=3)
    assert made.timing == Timing(latency=2.0, ttft=0.25)
    assert (made.attempts, made.cached, made.finish_reason) == (3, False, "length")
    made, _, _ = hold(TWO, *(Completion(text="a", cached=True, attempts=2) for _ in range(2)))
    assert (made.attempts, made.cached) == (0, True)
    made, _, _ = hold(TWO, Completion(text="a", attempts=2), Completion(text="b", cached=True))
    assert (made.attempts, made.cached) == (2, False)


def test_a_turn_without_a_reply_leaves_the_sample_without_one():
    with pytest.raises(ModelError, match="gone"):
        hold(TWO, "Apple.", ModelError("gone"))


@pytest.mark.parametrize("given", [(message("system", "Hi."),), (message("user", "1+1?"), message("assistant", "2"))])
def test_a_conversation_without_a_question_is_said(given):
    with pytest.raises(UsageError) as caught:
        hold(Sample(id="x", input=given))
    assert str(caught.value) == "turns: sample 'x' has no unanswered user message; at least 1 is needed"
