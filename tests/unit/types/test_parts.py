"""The parts of messages, and samples with pictures."""

import base64
from pathlib import Path

import pytest

from pytest_evalscope.errors import MediaError
from pytest_evalscope.types import Media, Sample, media_in, media_of, media_part, text_part, with_media
from pytest_evalscope.types.parts import every_part, kind_of_part, replaced

WEB = "https://pets.example/cat.png"


@pytest.fixture
def url(gif) -> str:
    return f"data:image/gif;base64,{base64.b64encode(gif).decode()}"


def test_parts_are_named_by_their_type(gif):
    media = Media.from_bytes(gif)
    assert text_part("a") == {"type": "text", "text": "a"}
    assert media_part(media) == {"type": "media", "media": media}
    assert media_of(media_part(media)) is media
    assert [media_of(part) for part in (text_part("a"), "a", None, {"type": "media", "media": "x"})] == [None] * 4


def test_media_are_found_in_their_order(gif, wav):
    one, two = Media.from_bytes(gif), Media.from_bytes(wav)
    content = [text_part("a"), media_part(two), media_part(one)]
    messages = ({"role": "system", "content": "b"}, {"role": "user", "content": content}, {"role": "assistant"})
    assert list(media_in(messages)) == [two, one]


def test_openais_parts_are_read(url, gif, wav):
    sound = base64.b64encode(wav).decode()
    content = [
        {"type": "text", "text": "Look."},
        {"type": "image_url", "image_url": {"url": url, "detail": "high"}},
        {"type": "image_url", "image_url": url},
        {"type": "input_audio", "input_audio": {"data": sound, "format": "mp3"}},
        {"type": "video_url", "video_url": {"url": "https://pets.example/cat.mp4"}},
    ]
    read = with_media({"role": "user", "content": content})
    assert read["role"] == "user"
    assert read["content"] == [
        text_part("Look."),
        {**media_part(Media.from_bytes(gif)), "detail": "high"},
        media_part(Media.from_bytes(gif)),
        media_part(Media.from_bytes(wav)),
        media_part(Media.from_url("https://pets.example/cat.mp4", kind="video")),
    ]


def test_the_parts_of_anthropic_and_of_responses_are_read(url, gif):
    coded = url.partition(",")[2]
    held = media_part(Media.from_bytes(gif))
    source = {"type": "base64", "media_type": "image/png", "data": coded.rstrip("=")}
    content = [
        {"type": "image", "source": source},
        {"type": "image", "source": source, "cache_control": {"type": "ephemeral"}},
        {"type": "image", "source": {"type": "url", "url": WEB}},
        {"type": "input_image", "image_url": url, "detail": "low"},
        {"type": "input_image", "image_url": WEB},
    ]
    read = with_media({"role": "user", "content": content})
    assert read["content"] == [
        held,
        {**held, "cache_control": {"type": "ephemeral"}},
        media_part(Media.from_url(WEB)),
        {**held, "detail": "low"},
        media_part(Media.from_url(WEB)),
    ]
    assert with_media(read) is read


def test_media_in_the_results_of_tools_are_read(url, gif):
    coded = url.partition(",")[2]
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": coded}}
    result = {"type": "tool_result", "tool_use_id": "c", "content": [picture]}
    read = with_media({"role": "user", "content": (result, {**result, "content": "text"})})
    assert read["content"] == (
        {**result, "content": [media_part(Media.from_bytes(gif))]},
        {**result, "content": "text"},
    )
    assert list(media_in((read,))) == [Media.from_bytes(gif)]
    assert [kind_of_part(part) for part in every_part(read["content"])] == [None, "image", None]
    marked = replaced(read, lambda part, media: text_part(media.mime))
    assert marked["content"][0] == {**result, "content": [text_part("image/gif")]}
    assert with_media(read) is read


def test_the_parts_of_chat_templates_are_read(url, gif, wav, tmp_path):
    (tmp_path / "x.gif").write_bytes(gif)
    sound = base64.b64encode(wav).decode()
    held = media_part(Media.from_bytes(gif))
    content = [
        {"type": "image", "image": url},
        {"type": "image", "image": gif},
        {"type": "image", "image": {"bytes": None, "path": str(tmp_path / "x.gif")}},
        {"type": "image", "url": WEB},
        {"type": "image", "path": str(tmp_path / "x.gif")},
        {"type": "audio", "base64": sound},
        {"type": "video", "video": WEB},
    ]
    assert with_media({"role": "user", "content": content})["content"] == [
        held,
        held,
        held,
        media_part(Media.from_url(WEB)),
        held,
        media_part(Media.from_bytes(wav)),
        media_part(Media.from_url(WEB, kind="video")),
    ]


@pytest.mark.parametrize(
    "content",
    ["text", None, [], [{"type": "text", "text": "a"}], ["a", 5], [{"type": "image_url", "image_url": "cat.png"}],
     [{"type": "image_url"}], [{"image_url": WEB}], [{"type": "input_audio", "input_audio": {"file": 1}}],
     [{"type": "media", "media": Media.from_url(WEB)}], [{"type": "image"}], [{"type": "image", "source": 5}],
     [{"type": "image", "source": {"type": "file", "file_id": "f"}}], [{"type": "input_image", "file_id": "f"}],
     [{"type": "document", "source": {"type": "base64", "data": "?"}}], [{"type": "image", "image": "cat.png"}]],
    ids=repr,
)  # fmt: skip
def test_a_message_without_anything_to_read_stays_as_it_is(content):
    message = {"role": "user", "content": content}
    assert with_media(message) is message


def test_broken_parts_are_told():
    for part in (
        {"type": "image_url", "image_url": "data:,x"},
        {"type": "input_audio", "input_audio": {"data": "?"}},
        {"type": "image", "source": {"type": "base64", "data": "?"}},
        {"type": "image", "source": {"type": "base64", "data": "QUJD"}},
        {"type": "input_image", "image_url": "data:image/png;base64,?"},
    ):
        with pytest.raises(MediaError, match=r"^media: "):
            with_media({"role": "user", "content": [part]})


def test_a_sample_takes_pictures_in_every_form(tmp_path, url, gif, png):
    (tmp_path / "x.png").write_bytes(png())
    sample = Sample(input="?", media=(tmp_path / "x.png", gif, url, WEB, Media.from_bytes(gif)))
    assert [media.mime for media in sample.media] == ["image/png", "image/gif", "image/gif", "", "image/gif"]
    assert Sample(input="?", media=[gif]).media == (Media.from_bytes(gif),)  # type: ignore[arg-type]  # as JSON has it


@pytest.mark.parametrize("given", [Path("x.png"), b"GIF89a", WEB, 5])
def test_a_picture_alone_is_no_tuple_of_them(given):
    with pytest.raises(
        MediaError, match=r"media of a sample: not a tuple \(\w+\); accepted: media=\(Path\('x.png'\),\)"
    ):
        Sample(input="?", media=given)


def test_the_messages_of_a_sample_may_hold_pictures(gif, url):
    content = ({"type": "media", "media": gif}, {"type": "image_url", "image_url": {"url": url}}, text_part("What?"))
    sample = Sample(input=({"role": "user", "content": content},))
    assert list(media_in(sample.input)) == [Media.from_bytes(gif)] * 2  # type: ignore[arg-type]  # it is messages
