"""A picture, a sound or a video as a value: what it is made of, and what of it leaves the process."""

import base64
import hashlib
import os
import pickle
import threading
from dataclasses import fields, replace
from pathlib import Path

import orjson
import pytest

from pytest_evalscope.errors import MediaError
from pytest_evalscope.types import Media, plain
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import made_beside

URL = "https://pets.example/cat.png?token=1"


@pytest.fixture
def picture(tmp_path, png):
    path = tmp_path / "picture.jpg"
    path.write_bytes(png(3, 2))
    return path


def test_a_file_is_known_by_its_bytes_and_not_by_its_name(picture, png):
    media = Media.from_file(picture)
    assert (media.kind, media.mime, media.dimensions) == ("image", "image/png", (3, 2))
    assert (media.sha256, media.size) == (hashlib.sha256(png(3, 2)).hexdigest(), len(png(3, 2)))
    assert (media.path, media.url, media.in_memory) == (picture, "", 0)
    assert media.file_name == f"{media.sha256}.png"
    assert media.read() == png(3, 2)


def test_bytes_are_held(wav):
    media = Media.from_bytes(wav)
    assert (media.kind, media.mime, media.dimensions, media.path) == ("audio", "audio/wav", None, None)
    assert (media.in_memory, media.read()) == (len(wav), wav)


def test_a_data_url_is_unpacked_whatever_type_it_names(gif):
    coded = base64.b64encode(gif).decode()
    for url in (
        f"data:image/png;base64,{coded}",
        f"DATA:;base64,{coded[:10]}\n {coded[10:]}",
        "data:image/gif;base64," + coded.replace("=", "%3D"),
        "data:image/gif;base64," + coded.rstrip("="),
        "data:image/gif;base64," + coded.replace("+", "-").replace("/", "_"),
        "data:image/gif;base64," + coded.replace("+", "%2B").replace("/", "%2F").rstrip("="),
        "data:image/gif," + "".join(f"%{byte:02x}" for byte in gif),
    ):
        assert Media.from_url(url) == Media.from_bytes(gif), url


def test_what_is_behind_a_url_is_not_fetched():
    media = Media.from_url(URL)
    assert (media.kind, media.mime, media.size, media.in_memory) == ("image", "", 0, 0)
    assert (media.url, media.path, media.dimensions) == (URL, None, None)
    assert media.sha256 == hashlib.sha256(URL.encode()).hexdigest()
    assert Media.from_url(URL, kind="video").kind == "video"
    with pytest.raises(MediaError, match="media: the bytes behind a URL are not fetched"):
        media.read()


def test_every_form_is_taken(picture, png):
    whole = Media.from_file(picture)
    data = png(3, 2)
    forms = (whole, picture, data, bytearray(data), memoryview(data), f"data:;base64,{base64.b64encode(data).decode()}")
    assert {Media.of(form) for form in forms} == {whole}
    assert Media.of(URL) == Media.from_url(URL)
    assert Media.of({"bytes": data, "path": "x.png"}) == whole
    assert Media.of({"bytes": memoryview(data), "path": None}) == whole
    assert Media.of({"bytes": None, "path": str(picture)}) == whole
    assert Media.of({"bytes": None, "path": picture}) == whole
    assert Media.of({"bytes": None, "path": "https://pets.example/cat.png"}).url == "https://pets.example/cat.png"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (5, "not a picture, sound or video (5); accepted: Path('x.png'), the file's bytes, an http(s) or data URL, {"),
        ({"path": "x.png"}, "not a picture, sound or video ({'path': 'x.png'}); accepted: Path('x.png')"),
        ("cat.png", "neither an http(s) nor a data URL ('cat.png'); accepted: Path('x.png')"),
        ("file:///etc/cat.png", "neither an http(s) nor a data URL"),
        ("http://", "neither an http(s) nor a data URL"),
        ("http://[", "neither an http(s) nor a data URL"),
        ("data:image/png;base64", "a data URL without a comma ('data:image/png;base64')"),
        ("data:image/png;base64,?", "a data URL that is no base64 ('data:image/png;base64,?'"),
        ("data:image/png;base64,QUJD", "3 bytes is of no known format; accepted: a picture (PNG"),
        (b"hello", "5 bytes is of no known format; accepted: a picture (PNG"),
        (b"", "0 bytes is empty"),
        (Path("nowhere.png"), "no such file (nowhere.png; looked for at"),
        (Path("a\0b"), "no such file (a\0b; looked for at"),
        (Path(), "no such file (.; looked for at"),
    ],
    ids=repr,
)
def test_what_is_none_is_told_with_what_is_taken(value, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MediaError) as caught:
        Media.of(value)
    assert caught.value.message.startswith(f"media: {told}")


def test_a_long_value_is_told_in_short():
    with pytest.raises(MediaError) as caught:
        Media.of("data:image/png;base64," + "?" * 10_000)
    assert len(caught.value.message) < 300


def test_an_unknown_kind_is_told():
    with pytest.raises(MediaError, match=r"media: unknown kind \('movie'\); accepted: image, audio, video"):
        Media.from_url(URL, kind="movie")  # type: ignore[arg-type]  # the mistake that is tested


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaError, match="media: no such file"):
        Media.from_file(tmp_path / "pipe")


def test_a_file_that_was_cut_short_is_told(picture):
    picture.write_bytes(picture.read_bytes()[:-20])
    with pytest.raises(MediaError, match=r"picture.jpg ends before the end that its header names \(image/png\)"):
        Media.from_file(picture)


def test_a_file_that_changes_is_not_sent_as_another(picture, gif):
    media = Media.from_file(picture)
    picture.write_bytes(gif)
    with pytest.raises(MediaError, match="media: the file has changed since the sample was made"):
        media.read()
    picture.unlink()
    with pytest.raises(MediaError, match="media: cannot be read"):
        media.read()


def test_a_relative_path_is_that_of_the_working_directory(picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    media = Media.from_file("picture.jpg")
    monkeypatch.chdir("/")
    assert media.path == picture
    assert media.read() == picture.read_bytes()


def test_a_relative_path_is_looked_for_beside_the_data_first(tmp_path, monkeypatch, png, gif):
    for name, data in (("data", png()), ("here", gif)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(data)
    (tmp_path / "here" / "y.png").write_bytes(gif)
    monkeypatch.chdir(tmp_path / "here")

    def look(name):
        elsewhere: list[str] = []
        other = threading.Thread(target=lambda: elsewhere.append(Media.from_file(name).mime))
        other.start()
        other.join()
        return Media.from_file(name).mime, elsewhere

    assert made_beside(tmp_path / "data", look, "x.png") == ("image/png", ["image/gif"])
    assert made_beside(tmp_path / "data", look, "y.png") == ("image/gif", ["image/gif"])
    with pytest.raises(MediaError):
        made_beside(tmp_path / "data", Media.from_file, "z.png")
    assert Media.from_file("x.png").mime == "image/gif"


def test_two_are_equal_when_their_bytes_are(picture, png):
    one, other = Media.from_file(picture), Media.from_bytes(png(3, 2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Media.from_bytes(png(3, 3))


def test_json_of_it_has_neither_bytes_nor_place(picture, png):
    for media in (Media.from_file(picture), Media.from_bytes(png(3, 2))):
        told = {"kind": "image", "mime": "image/png", "sha256": media.sha256, "size": media.size}
        assert orjson.loads(orjson.dumps(media)) == orjson.loads(to_json([media]))[0] == plain(media) == told
        assert str(picture) not in repr(media)


def test_it_travels_whole_between_processes(picture, png):
    for media in (Media.from_file(picture), Media.from_bytes(png(3, 2))):
        back = pickle.loads(pickle.dumps(media))
        assert (back, back.read()) == (media, png(3, 2))
        assert replace(back) == media


def test_it_has_no_other_fields():
    assert [field.name for field in fields(Media)] == ["kind", "mime", "sha256", "size", "_place", "_dimensions"]
