"""Pictures, sound and video in each protocol's own form; and who takes which."""

import asyncio
import base64

import pytest

from pytest_evalscope.errors import MediaError, RequestRefused
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.capabilities import check_media, media_of_model
from pytest_evalscope.models.http.endpoint import endpoint_at
from pytest_evalscope.models.http.media_parts import HOSTED, SEEN, SERVED, chat_messages, data_url, url_of
from pytest_evalscope.models.providers.anthropic import AnthropicModel
from pytest_evalscope.models.providers.openai import OpenAIModel
from pytest_evalscope.models.providers.python import as_model
from pytest_evalscope.models.providers.responses import ResponsesModel
from pytest_evalscope.types import Chat, Likelihood, Media, media_part, text_part

WEB = "https://pets.example/cat.png"
FLAC = b"fLaC\0\0\0\x22" + bytes(60)
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0" + bytes(60)
BMP = b"BM\x42\0\0\0" + bytes(8) + b"\x28\0\0\0\2\0\0\0\2\0\0\0" + bytes(40)


def user(*parts):
    return ({"role": "user", "content": parts},)


def shown(*media):
    return user(*map(media_part, media), text_part("What?"))


def coded(data):
    return base64.b64encode(data).decode()


@pytest.fixture
def seen(png):
    return Media.from_bytes(png())


def test_a_data_url_names_the_type_of_the_bytes(seen, png):
    assert data_url(seen) == url_of(seen) == f"data:image/png;base64,{coded(png())}"
    assert url_of(Media.from_url(WEB)) == WEB


def test_openais_chat(seen, png, gif, wav):
    parts = user(
        {**media_part(seen), "detail": "low"},
        media_part(Media.from_url(WEB)),
        media_part(Media.from_bytes(wav)),
        media_part(Media.from_bytes(FLAC)),
        media_part(Media.from_bytes(MP4)),
        text_part("What?"),
    )
    (message,) = chat_messages("m", parts)
    assert message == {
        "role": "user",
        "content": [
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{coded(png())}", "detail": "low"}},
            {"type": "image_url", "image_url": {"url": WEB}},
            {"type": "input_audio", "input_audio": {"data": coded(wav), "format": "wav"}},
            {"type": "input_audio", "input_audio": {"data": coded(FLAC), "format": "flac"}},
            {"type": "video_url", "video_url": {"url": f"data:video/mp4;base64,{coded(MP4)}"}},
            text_part("What?"),
        ],
    }


def test_what_has_no_media_is_sent_as_it_is():
    said = ({"role": "system", "content": "Be brief."}, *user(text_part("a")), {"role": "assistant", "content": None})
    made = chat_messages("m", said)
    assert [one is other for one, other in zip(made, said, strict=True)] == [True, True, True]


@pytest.mark.parametrize(
    ("media", "told"),
    [
        (Media.from_bytes(FLAC), "m: takes no audio of the format audio/flac; accepted: audio/mpeg, audio/wav"),
        (Media.from_bytes(MP4), "m: takes no video; accepted: text, image, audio"),
        (
            Media.from_bytes(BMP),
            "m: takes no image of the format image/bmp; accepted: image/gif, image/jpeg, image/png, image/webp",
        ),
    ],
    ids=["flac", "mp4", "bmp"],
)
def test_openais_own_service_takes_less(media, told):
    assert chat_messages("m", shown(media))
    with pytest.raises(RequestRefused) as caught:
        chat_messages("m", shown(media), hosted=True)
    assert caught.value.message == told


def test_sound_by_url_is_refused():
    with pytest.raises(
        RequestRefused, match=r"^m: takes no sound by URL \(https://pets.example/cat.png\); accepted: the"
    ):
        chat_messages("m", shown(Media.from_url(WEB, kind="audio")))


def test_a_file_is_read_when_it_is_sent(tmp_path, png):
    (tmp_path / "x.png").write_bytes(png())
    media = Media.from_file(tmp_path / "x.png")
    (tmp_path / "x.png").unlink()
    with pytest.raises(MediaError, match="media: cannot be read"):
        chat_messages("m", shown(media))


@pytest.fixture
def sent(endpoint, script):
    """Return a function that sends messages to a model and returns the body that came."""

    def send(make, messages, reply=None):
        async def main():
            async with endpoint([script.send(200, reply) if reply else script.say("a cat")]) as served:
                place = endpoint_at(served.url, source="test")
                model = make("p/m", model="m", endpoint=place, options=ModelOptions())
                completion = await model.send(Chat(messages=messages))
                await model.aclose()
                return completion.text, served.bodies[0]

        return asyncio.run(main())

    return send


def test_openai_is_sent_a_picture(sent, seen, png):
    text, body = sent(OpenAIModel, shown(seen))
    assert text == "a cat"
    (picture, asked) = body["messages"][0]["content"]
    assert picture == {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{coded(png())}"}}
    assert asked == text_part("What?")


def test_anthropic_is_sent_a_picture(sent, seen, png):
    reply = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "a cat"}], "usage": {}}
    _, body = sent(AnthropicModel, shown(seen, Media.from_url(WEB)), reply)
    assert body["messages"][0]["content"] == [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": coded(png())}},
        {"type": "image", "source": {"type": "url", "url": WEB}},
        text_part("What?"),
    ]


def test_responses_are_sent_a_picture(sent, seen, png):
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a cat"}]}
    messages = user({**media_part(seen), "detail": "low"}, media_part(Media.from_url(WEB)), text_part("What?"))
    _, body = sent(ResponsesModel, messages, {"object": "response", "status": "completed", "output": [said]})
    assert body["input"][0]["content"] == [
        {"type": "input_image", "image_url": f"data:image/png;base64,{coded(png())}", "detail": "low"},
        {"type": "input_image", "image_url": WEB, "detail": "auto"},
        {"type": "input_text", "text": "What?"},
    ]


@pytest.mark.parametrize("make", [AnthropicModel, ResponsesModel])
def test_a_format_that_a_protocol_has_not_is_refused(make, sent):
    with pytest.raises(RequestRefused, match="p/m: takes no image of the format image/bmp; accepted: image/gif"):
        sent(make, shown(Media.from_bytes(BMP)))


@pytest.mark.parametrize("make", [AnthropicModel, ResponsesModel])
@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_kind_that_a_protocol_has_not_is_refused(make, kind, sent):
    with pytest.raises(RequestRefused) as caught:
        sent(make, shown(Media.from_url(WEB, kind=kind)))
    assert caught.value.message == f"p/m: takes no {kind}; accepted: text, image"
    assert caught.value.hint.startswith("models that take pictures: openai/, azure/, anthropic/, responses/")


def with_messages(messages):
    return str(messages[0]["content"])


def with_prompt(prompt: str):
    return prompt


def with_media(prompt: str, media):
    return f"{prompt} {[one.mime for one in media]}"


def with_both(messages, media=(), params=None):
    return f"{len(messages)} {messages[0]['content'][0]['type']} {media[0].mime}"


def asked(function, messages):
    return asyncio.run(as_model("app", function).send(Chat(messages=messages))).text


def test_a_function_gets_pictures_in_openais_form_or_as_media(seen, png):
    part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{coded(png())}"}}
    assert asked(with_messages, shown(seen)) == str([part, text_part("What?")])
    assert asked(with_media, shown(seen, seen)) == "What? ['image/png', 'image/png']"
    assert asked(with_media, ({"role": "user", "content": "What?"},)) == "What? []"
    assert asked(with_both, shown(seen)) == "1 image_url image/png"


def test_a_function_of_a_text_alone_is_blind(seen):
    with pytest.raises(RequestRefused, match=r"^app: takes no image; accepted: text"):
        asked(with_prompt, shown(seen))


class Own:
    name, identity, can = "own", {"own": 1}, frozenset({Chat})

    async def send(self, request):
        raise NotImplementedError

    async def aclose(self):
        """Hold nothing."""


def test_a_model_says_what_it_takes(monkeypatch, tmp_path):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY"):
        monkeypatch.setenv(name, "sk-0123456789")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://me.openai.azure.com")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    here = ModelOptions(api_url="http://127.0.0.1:1/v1")
    told = {
        **{name: resolve(name, ModelOptions()) for name in ("openai/m", "azure/m", "anthropic/m", "responses/m")},
        **{name: resolve(name, ModelOptions()) for name in ("fake/echo",)},
        "openai/here": resolve("openai/here", here),
        "openai-batch/m": resolve("openai-batch/m", ModelOptions()),
        "messages": as_model("app", with_messages),
        "prompt": as_model("app", with_prompt),
        "media": as_model("app", with_media),
        "both": as_model("app", with_both),
        "builtin": as_model("app", print),
        "own": as_model("app", Own()),
    }
    assert {name: media_of_model(model) for name, model in told.items()} == {
        "openai/m": HOSTED, "azure/m": HOSTED, "anthropic/m": SEEN, "responses/m": SEEN, "fake/echo": frozenset(),
        "openai/here": SERVED, "openai-batch/m": HOSTED, "messages": SERVED, "prompt": frozenset(), "media": SERVED,
        "both": SERVED, "builtin": SERVED, "own": frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": "cat.png"}}, "image"),
        ({"type": "input_image", "image_url": WEB}, "image"),
        ({"type": "image", "source": {}}, "image"),
        ({"type": "input_audio", "input_audio": {}}, "audio"),
        ({"type": "audio_url", "audio_url": {"url": WEB}}, "audio"),
        ({"type": "video_url", "video_url": {"url": WEB}}, "video"),
        ({"type": "media", "kind": "video", "sha256": "0" * 64}, "video"),
        ({"type": "media"}, "image"),
    ],
    ids=str,
)
def test_a_blind_model_refuses_every_form(part, kind):
    for request in (Chat(messages=user(part)), Likelihood(messages=user(part), continuations=("a",))):
        with pytest.raises(RequestRefused) as caught:
            asyncio.run(resolve("fake/echo", ModelOptions()).send(request))
        assert caught.value.message == f"fake/echo: takes no {kind}; accepted: text"


def test_text_is_taken_by_all():
    for content in ("text", None, [text_part("a")], ["a"], [{"type": "file"}]):
        check_media("m", ({"role": "user", "content": content},))
