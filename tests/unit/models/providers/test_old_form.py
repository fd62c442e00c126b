"""Models of the form before 0.2, until 0.3."""

import asyncio

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.types import Chat, Completion, Embed, Likelihood, Rerank

MESSAGES = ({"role": "user", "content": "6 x 7?"},)


class OfOldForm:
    """A model of the form before 0.2."""

    name, identity = "old", {"old": 1}

    def __init__(self):
        self.asked, self.closed = [], False

    async def generate(self, request):
        self.asked.append(request)
        return Completion(text="42")

    async def aclose(self):
        self.closed = True


def test_a_model_of_the_old_form_still_works():
    value = OfOldForm()
    with pytest.warns(DeprecationWarning, match=r"^app: models with `generate` are deprecated and go with .* 0\.3"):
        model = as_model("app", value)
    assert (model.name, model.identity) == ("old", {"old": 1})
    assert model.can == {Chat, Likelihood, Embed}
    chat = Chat(messages=MESSAGES, tools=({"name": "add"},), params={"seed": 1}, repeat=2)
    scored = Likelihood(messages=MESSAGES, continuations=("a",))

    async def main():
        made = await model.send(chat)
        await model.send(scored)
        await model.send(Embed(texts=("a", "b")))
        with pytest.raises(RequestRefused, match="old: cannot score documents"):
            await model.send(Rerank(query="a", documents=("b",)))
        await model.aclose()
        return made

    assert asyncio.run(main()).text == "42"
    first, second, third = value.asked
    assert (first.messages, first.tools, first.params, first.repeat) == (MESSAGES, chat.tools, {"seed": 1}, 2)
    assert (first.texts, first.continuations) == ((), ())
    assert (second.messages, second.continuations) == (MESSAGES, ("a",))
    assert (third.messages, third.texts) == ((), ("a", "b"))
    assert value.closed
