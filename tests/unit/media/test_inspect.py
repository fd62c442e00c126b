"""Broken files are told apart from whole ones, and long ones are not held."""

import hashlib
import struct

import pytest

from pytest_evalscope.media import inspect, inspect_bytes, inspect_file

THUMBNAIL = b"\xff\xd8\xff\xda\0\x02x\xff\xd9"
JPEG = (
    b"\xff\xd8\xff\xe1" + struct.pack(">H", 2 + len(THUMBNAIL)) + THUMBNAIL
    + b"\xff\xc0\x00\x0b\x08\x00\x03\x00\x05\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00scan\xff\xd9"
)  # fmt: skip
WEBP = b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\4\0\0\2\0\0" + bytes(8)
BMP = b"BM" + struct.pack("<I", 66) + bytes(8) + struct.pack("<Iii", 40, 2, 2) + bytes(40)


def test_what_is_whole_has_no_problem(png, gif, wav):
    for data in (png(), gif, wav, JPEG, WEBP, BMP, gif + b"behind", png() + b"behind", JPEG + b"behind"):
        assert inspect_bytes(data).problem == ""


def test_bytes_are_known_by_hash_size_and_type(png):
    data = png(7, 5)
    found = inspect_bytes(data)
    assert (found.mime, found.size, found.dimensions) == ("image/png", len(data), (7, 5))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("name", ["png", "gif", "wav", "jpeg", "webp", "bmp"])
@pytest.mark.parametrize("missing", [1, 2, 5])
def test_what_was_cut_short_is_told(name, missing, png, gif, wav):
    data = {"png": png(9, 9), "gif": gif, "wav": wav, "jpeg": JPEG, "webp": WEBP, "bmp": BMP}[name]
    short = data[:-missing]
    found = inspect_bytes(short)
    # Of a GIF the last byte alone closes it, and of a RIFF file it may be padding: neither says that anything is lost.
    harmless = missing == 1 and name in ("gif", "wav", "webp")
    assert (found.problem == "") is harmless
    assert harmless or found.problem == f"ends before the end that its header names ({found.mime})"


def test_a_gif_of_several_pictures_is_followed_to_its_end(gif):
    table, picture = gif[:19], gif[19:-1]
    comment = b"\x21\xfe\x03abc\0"
    local = picture[:9] + b"\x80" + bytes(6) + picture[10:]
    assert inspect_bytes(table + comment + picture + local + b";").problem == ""
    assert "ends before" in inspect_bytes(table + comment + picture + local[:-1]).problem
    assert "ends before" in inspect_bytes(table + comment).problem


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_sound_that_was_written_as_a_stream_names_no_length(length, wav):
    assert inspect_bytes(wav[:4] + struct.pack("<I", length) + wav[8:]).problem == ""


def test_a_picture_without_a_side_is_none(png):
    data = png()
    assert inspect_bytes(data[:16] + bytes(4) + data[20:]).problem == "says that it is 0 x 2 pixels"


def test_other_bytes_are_none():
    assert inspect_bytes(b"hello").problem.startswith("is of no known format; accepted: a picture (PNG, JPEG,")
    assert inspect_bytes(b"").problem.startswith("is empty; accepted: a picture")


def test_a_file_is_what_its_bytes_are(tmp_path, png):
    path = tmp_path / "picture.jpg"  # its name says otherwise
    path.write_bytes(png())
    assert inspect_file(path) == inspect_bytes(png())


def test_a_long_file_is_read_in_parts(tmp_path, png, monkeypatch):
    monkeypatch.setattr(inspect, "WHOLE", 50)
    data = png(40, 40) + bytes(3_000_000)
    (tmp_path / "long.png").write_bytes(data)
    found = inspect_file(tmp_path / "long.png")
    assert (found.sha256, found.size, found.dimensions) == (hashlib.sha256(data).hexdigest(), len(data), (40, 40))
    (tmp_path / "cut.png").write_bytes(png(40, 40)[:60])
    assert inspect_file(tmp_path / "cut.png").problem == ""  # its end was not in what was looked at
