"""What models can, and the words for what they cannot."""

import asyncio
import re

import pytest

from pytest_evalscope.errors import RequestRefused, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.capabilities import ABILITIES, MODELS_THAT_CAN, media_of_model
from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.types import EVERY_REQUEST, Chat, Embed, Likelihood, Rerank

REQUESTS = (
    Chat(messages=({"role": "user", "content": "Hi"},)),
    Likelihood(messages=(), continuations=("a",)),
    Embed(texts=("a",)),
    Rerank(query="a", documents=("b",)),
)
LOCAL = ModelOptions(api_url="http://127.0.0.1:1/v1", attempts=1)


def test_every_kind_of_request_has_words():
    assert set(ABILITIES) == set(MODELS_THAT_CAN) == EVERY_REQUEST == set(map(type, REQUESTS))


@pytest.mark.parametrize(
    ("name", "can"),
    [
        ("openai/m", EVERY_REQUEST),
        ("responses/m", {Chat}),
        ("fake/echo", {Chat, Likelihood, Rerank}),
        ("python/textwrap:dedent", {Chat}),
    ],
)
def test_what_a_model_can_shows_through_its_wrappers(name, can):
    assert resolve(name, LOCAL).can == can


@pytest.mark.parametrize("name", ["responses/m", "fake/echo", "python/textwrap:dedent"])
@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_what_a_model_cannot_it_refuses(name, request_):
    model = resolve(name, LOCAL)
    kind = type(request_)
    if kind not in model.can:
        words = f"{name}: cannot {ABILITIES[kind]}; models that can: {MODELS_THAT_CAN[kind]}"
        with pytest.raises(RequestRefused, match=f"^{re.escape(words)}$"):
            asyncio.run(model.send(request_))


def test_the_words_name_the_providers_that_can(monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    for name in ("openai", "azure", "anthropic", "responses"):
        can = resolve(f"{name}/m", LOCAL).can
        named = {kind for kind, words in MODELS_THAT_CAN.items() if re.search(rf"\b{name}/", words)}
        assert named == can - {Chat}


class Model:
    name = "app"

    def __init__(self, **members):
        self.identity, self.can = {}, frozenset({Chat})
        vars(self).update(members)

    async def send(self, request):
        raise AssertionError

    async def aclose(self):
        pass


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Model(can=[Chat]), "can is no set of kinds of request ([<class 'pytest_evalscope.types.requests.Chat'>]); "),
        (Model(can=(Chat,)), "can is no set of kinds of request ((<class 'pytest_evalscope.types.requests.Chat'>,)); "),
        (Model(can=Chat), "can is no set of kinds of request (<class 'pytest_evalscope.types.requests.Chat'>); "),
        (Model(can=None), "can is no set of kinds of request (None); "),
        (Model(can={"chat"}), "can is no set of kinds of request ({'chat'}); "),
        (Model(can=Model().aclose), "can is no set of kinds of request (a method, which is not called); "),
    ],
)
def test_can_must_be_a_set_of_kinds_of_request(model, told):
    with pytest.raises(UsageError) as caught:
        as_model("app", model)
    accepted = "accepted: a frozenset of Chat, Likelihood, Embed, Rerank"
    assert caught.value.message == f"app: {told}{accepted}"


@pytest.mark.parametrize(
    ("media", "told"),
    [
        (None, "None"),
        ("image", "'image'"),
        (True, "True"),
        ({"picture"}, "{'picture'}"),
        ([["image"]], "[['image']]"),
        (lambda: {"image"}, "a function, which is not called"),
    ],
)
def test_media_of_a_model_must_be_kinds_of_media(media, told):
    with pytest.raises(UsageError) as caught:
        as_model("app", Model(media=media))
    assert caught.value.message == (
        f"app: media is no set of kinds of media ({told}); accepted: a frozenset of image, audio, video, or no such "
        "attribute"
    )


def test_media_of_a_model_of_the_form_before_must_be_kinds_of_media():
    class Old:
        name, identity, media = "old", {"old": 1}, None

        async def generate(self, request):
            raise AssertionError

        async def aclose(self):
            pass

    with pytest.raises(UsageError, match=r"^app: media is no set of kinds of media \(None\); accepted: a frozenset of"):
        as_model("app", Old())


def test_identity_of_a_model_must_be_a_mapping():
    with pytest.raises(UsageError, match=r"^app: identity is no mapping \(None\); accepted: a dict"):
        as_model("app", Model(identity=None))


@pytest.mark.parametrize("media", [frozenset({"image"}), {"audio"}, ("image", "video"), ["image"], ()])
def test_a_model_that_declares_itself_is_passed_through(media):
    model = Model(media=media, can={Chat, Rerank})
    assert as_model("app", model) is model
    assert media_of_model(model) == set(media)
