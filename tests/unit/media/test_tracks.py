"""Containers of video with sound alone are sound."""

import struct

import pytest

from pytest_evalscope.media import extension, inspect_bytes, kind_of
from pytest_evalscope.media.tracks import by_tracks


def box(name, *content):
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), name) + inner


def track(handler):
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"mdhd", bytes(24)), hdlr(handler)))


def hdlr(handler):
    return box(b"hdlr", bytes(8), handler, bytes(13))


def mp4(*handlers, brand=b"isom", first=()):
    named = box(b"ftyp", brand, bytes(4), b"mp42")
    return named + b"".join(first) + box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers), box(b"udta"))


def element(name, *content, unknown=False):
    inner = b"".join(content)
    size = b"\x01" + b"\xff" * 7 if unknown else struct.pack(">Q", 1 << 56 | len(inner))
    return bytes.fromhex(name) + size + inner


def matroska(*types, doc=b"webm", unknown=False):
    entries = [element("ae", element("d7", b"\1"), element("83", bytes([each]))) for each in types]
    head = element("1a45dfa3", element("4282", doc))
    segment = element("1549a966", b"info"), element("1654ae6b", *entries), element("1f43b675", b"cluster")
    return head + element("18538067", *segment, unknown=unknown)


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"mp41", b"3gp4", b"dash", b"qt  "])
def test_mp4_with_sound_alone_is_sound(brand):
    late = [box(b"free"), struct.pack(">I4sQ", 1, b"mdat", 16 + 40) + bytes(40)]
    for data in (mp4(b"soun", brand=brand), mp4(b"soun", b"text", b"meta", brand=brand, first=late)):
        found = inspect_bytes(data)
        assert (found.mime, found.problem) == ("audio/mp4", "")


@pytest.mark.parametrize("handlers", [(b"vide",), (b"soun", b"vide"), (b"pict", b"soun"), (b"text",), ()])
def test_mp4_with_pictures_or_nothing_known_is_video(handlers):
    assert inspect_bytes(mp4(*handlers)).mime == "video/mp4"


@pytest.mark.parametrize(("doc", "mime"), [(b"webm", "audio/webm"), (b"matroska", "audio/x-matroska")])
@pytest.mark.parametrize("unknown", [False, True])
def test_matroska_with_sound_alone_is_sound(doc, mime, unknown):
    assert inspect_bytes(matroska(2, 17, doc=doc, unknown=unknown)).mime == mime
    assert kind_of(mime) == "audio"
    assert extension(mime) in ("webm", "mka")


@pytest.mark.parametrize("types", [(1,), (2, 1), (1, 2), (17,), ()])
def test_matroska_with_pictures_or_nothing_known_is_video(types):
    assert inspect_bytes(matroska(*types)).mime == "video/webm"


@pytest.mark.parametrize("whole", [mp4(b"soun"), mp4(b"soun", b"vide"), matroska(2), matroska(2, 1)])
def test_what_is_cut_or_broken_is_looked_at_without_harm(whole):
    for end in range(12, len(whole)):
        assert inspect_bytes(whole[:end]).mime.partition("/")[0] in ("audio", "video")
        broken = whole[:end] + b"\xff" + whole[end + 1 :]
        assert by_tracks(broken, "video/mp4") in ("audio/mp4", "video/mp4")
        assert by_tracks(broken, "video/webm") in ("audio/webm", "video/webm")


def test_others_are_what_they_were(png):
    assert by_tracks(png(), "image/png") == "image/png"
    assert by_tracks(b"", "") == ""
