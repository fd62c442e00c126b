"""The limits on pictures: what is beyond them is made smaller once, or refused; and what no model takes is not sent."""

import asyncio
import base64
import sys
from dataclasses import replace
from typing import Any

import orjson
import pytest

from pytest_evalscope.api import evaluate, merge, rescore
from pytest_evalscope.api.summary import remarks_on
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import MediaError, RequestRefused, UsageError
from pytest_evalscope.media import resize
from pytest_evalscope.media.resize import resized
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.plugin.handles import ModelHandle
from pytest_evalscope.run import Job, Settings
from pytest_evalscope.run import fitting as room
from pytest_evalscope.run.listening import MediaDoor, Noted
from pytest_evalscope.run.plan import require_requests
from pytest_evalscope.run.settings import MediaLimits
from pytest_evalscope.scorers import exact
from pytest_evalscope.types import (
    EVERY_REQUEST,
    Chat,
    Completion,
    Embed,
    Media,
    Model,
    Sample,
    media_in,
    media_part,
    prompt_of,
    text_part,
)

LIMITS = MediaLimits(max_pixels=100)
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0" + bytes(60)


class Seer:
    """A model that tells the sizes of the pictures that it is shown."""

    name, identity = "seer", {"seer": 1}
    can = EVERY_REQUEST
    media = frozenset({"image", "video"})

    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def send(self, request: Any) -> Completion:
        self.sent.append(request)
        await asyncio.sleep(0)
        sizes = [media.dimensions for media in media_in(prompt_of(request))]
        return Completion(text=" ".join(f"{size[0]}x{size[1]}" for size in sizes if size))

    async def aclose(self) -> None:
        """Hold nothing."""


@pytest.fixture
def pillow():
    return pytest.importorskip("PIL.Image", reason="pillow is not installed: pip install 'pytest-evalscope[media]'")


def asked(request, *, limits=LIMITS, model=None, times=1):
    """Send a request within limits; return the texts, and the hashes of what was made smaller."""
    noted = Noted([], set())

    async def main():
        within = MediaDoor(limits).around(model or Seer(), noted)
        return [completion.text for completion in await asyncio.gather(*(within.send(request) for _ in range(times)))]

    return asyncio.run(main()), noted.smaller


def shown(*media):
    return Chat(messages=({"role": "user", "content": (*map(media_part, media), text_part("?"))},))


def test_a_picture_within_the_limits_is_sent_as_it_is(png):
    model, media = Seer(), Media.from_bytes(png(10, 10))
    assert asked(shown(media), model=model) == (["10x10"], set())
    assert next(media_in(model.sent[0].messages)) is media


def test_a_picture_beyond_them_is_made_smaller_and_told(pillow, png):
    large, small = Media.from_bytes(png(40, 10)), Media.from_bytes(png(3, 3))
    model = Seer()
    assert asked(shown(large, small, large), model=model) == (["20x5 3x3 20x5"], {large.sha256})
    (request,) = model.sent
    assert [media.sha256 == large.sha256 for media in media_in(request.messages)] == [False, False, False]
    assert request.messages[0]["content"][-1] == text_part("?")


def test_it_is_made_smaller_once_for_all_that_send_it(pillow, png, monkeypatch):
    made = []

    def counted(data, mime, **limits):
        made.append(mime)
        return resized(data, mime, **limits)

    monkeypatch.setattr(resize, "resized", counted)
    texts, smaller = asked(shown(Media.from_bytes(png(40, 10))), times=5)
    assert (texts, len(smaller), len(made)) == (["20x5"] * 5, 1, 1)


def test_only_a_few_of_them_are_remembered(pillow, png):
    fitting = MediaDoor(LIMITS)
    model = fitting.around(Seer())

    async def main():
        for width in range(30, 30 + room.REMEMBERED + 5):
            await model.send(shown(Media.from_bytes(png(width, 10))))

    asyncio.run(main())
    assert len(fitting._opened()._made) == room.REMEMBERED


def test_refuse_means_that_nothing_is_sent(png):
    model = Seer()
    with pytest.raises(MediaError) as caught:
        asked(shown(Media.from_bytes(png(40, 10))), limits=replace(LIMITS, oversize="refuse"), model=model)
    told = "media: the image is too large (image/png, 40 x 10 pixels; accepted: up to 100, --eval-media-max-pixels)"
    assert caught.value.message == told
    assert model.sent == []


def test_video_is_never_made_smaller():
    with pytest.raises(MediaError, match=r"the video is too large \(video/mp4, \d+ bytes; accepted: up to 9, --"):
        asked(shown(Media.from_bytes(MP4)), limits=MediaLimits(max_bytes=9))


def test_without_pillow_the_package_is_named(png, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(UsageError, match="needs the package 'pillow'"):
        asked(shown(Media.from_bytes(png(40, 10))))


def test_what_a_model_does_not_take_is_not_sent(png):
    model = Seer()
    with pytest.raises(RequestRefused, match=r"^seer: takes no audio; accepted: text, image, video"):
        asked(shown(Media.from_url("https://pets.example/a", kind="audio")), model=model)
    assert model.sent == []


def test_parts_in_openais_form_are_read(png, pillow):
    url = f"data:image/png;base64,{base64.b64encode(png(40, 10)).decode()}"
    request = Chat(messages=({"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},))
    assert asked(request)[0] == ["20x5"]
    with pytest.raises(RequestRefused, match="fake/echo: takes no image; accepted: text"):
        asked(request, model=resolve("fake/echo", ModelOptions()))


def test_requests_without_messages_pass():
    model = Seer()
    assert asked(Embed(texts=("a",)), model=model) == ([""], set())
    assert model.sent == [Embed(texts=("a",))]


@pytest.fixture
def walls(png):
    return Benchmark(
        name="walls",
        data=Rows([{"width": width} for width in (40, 50, 9)]),
        sample=lambda row: Sample(id=str(row["width"]), input="How large?", target="", media=(png(row["width"], 10),)),
        score=exact(),
        needs=("image",),
    )


@pytest.fixture
def ran(walls, tmp_path, pillow):
    """A run of three pictures, two of which are too large, two repeats each."""
    model = Seer()
    settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path / "out", repeats=2, media=LIMITS)
    return evaluate([walls], models=[model], settings=settings, folder=tmp_path / "run", progress=False), model


REMARK = (
    "walls of seer: pictures beyond the limits, resized before they were sent: 2 "
    "(--eval-media-max-bytes, --eval-media-max-pixels)"
)


def test_a_run_says_what_it_made_smaller(ran, tmp_path):
    summary, _ = ran
    assert summary.results[0].resized == 2
    assert [remark for remark in summary.remarks if "resized" in remark] == [REMARK]
    report = orjson.loads((tmp_path / "run" / "reports" / "seer" / "walls.json").read_bytes())
    assert report["subsets"]["default"]["resized"] == 2


def test_what_was_sent_is_what_is_kept_and_cached(ran, tmp_path, walls):
    _, model = ran
    sent = {media.file_name for request in model.sent for media in media_in(request.messages)}
    kept = {path.name for path in (tmp_path / "run" / "media").iterdir()}
    assert (kept, len(kept)) == (sent, 3)
    looser = Settings(
        cache_dir=tmp_path / "cache", work_dir=tmp_path / "out", media=MediaLimits(max_pixels=120), cache="replay"
    )
    again = evaluate([walls], models=[Seer()], settings=looser, folder=tmp_path / "again", progress=False)
    # The picture within both limits has its completion in the cache; those made smaller otherwise are other requests.
    assert dict(again.results[0].outcomes).get("model_error") == 2


def test_the_count_is_kept_by_those_who_read_the_run(ran, tmp_path, walls):
    again = rescore(tmp_path / "run", tmp_path / "again", benchmarks=[walls], progress=False)
    joined = merge([tmp_path / "run"], tmp_path / "joined")
    for summary in (again.summary, joined):
        assert [remark for remark in summary.remarks if "resized" in remark] == [REMARK]


def test_nothing_is_said_where_nothing_was_made_smaller(walls, tmp_path):
    settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path / "out")
    summary = evaluate([walls], models=[Seer()], settings=settings, folder=tmp_path / "run", progress=False)
    assert not [remark for remark in remarks_on(summary.results, complete=True) if "resized" in remark]


def test_a_benchmark_of_pictures_is_refused_before_anything_is_sent(walls, tmp_path):
    settings = Settings(models=("fake/echo",), cache_dir=tmp_path / "cache", work_dir=tmp_path / "out")
    with pytest.raises(UsageError) as caught:
        evaluate([walls], settings=settings, folder=tmp_path / "run", progress=False)
    assert caught.value.message == "model fake/echo: takes no image, needed by walls"
    assert caught.value.hint.startswith("models that take pictures: openai/")
    job = Job(benchmark=walls, subset="default", model="m")
    models: list[Model] = [Seer(), resolve("fake/echo", ModelOptions())]
    require_requests([job], settings, lambda _: models[0])
    require_requests([job], replace(settings, run_dir=tmp_path), lambda _: models[1])


def test_a_sample_with_a_picture_is_an_error_where_the_benchmark_says_nothing(walls, tmp_path):
    settings = Settings(models=("fake/echo",), cache_dir=tmp_path / "cache", work_dir=tmp_path / "out")
    silent = replace(walls, needs=())
    summary = evaluate([silent], settings=settings, folder=tmp_path / "run", progress=False)
    assert dict(summary.results[0].outcomes) == {"model_error": 3}
    assert "fake/echo: takes no image; accepted: text" in summary.results[0].message


def test_the_fixture_of_the_model_keeps_the_limits(open_run, png, pillow, monkeypatch):
    run = open_run(media=LIMITS)
    seer = Seer()
    monkeypatch.setitem(run.resources._models, "seer", seer)
    handle = ModelHandle(run, "seer")
    assert handle(({"role": "user", "content": [{"type": "media", "media": png(40, 10)}]},)) == "20x5"
