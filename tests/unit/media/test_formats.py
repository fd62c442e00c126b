"""What bytes are, told from the bytes."""

import pytest

from pytest_evalscope.media import extension, kind_of, sniff
from pytest_evalscope.media.formats import HEAD

BEGINNINGS = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "image/gif": b"GIF89a\1\0\1\0",
    "image/webp": b"RIFF\x1a\0\0\0WEBPVP8 ",
    "image/bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
    "image/tiff": b"II*\0\x08\0\0\0",
    "image/avif": b"\0\0\0\x20ftypavif\0\0\0\0",
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "audio/mpeg": b"ID3\4\0\0",
    "audio/flac": b"fLaC\0\0\0\x22",
    "audio/ogg": b"OggS\0\2" + bytes(20) + b"\x01vorbis",
    "audio/mp4": b"\0\0\0\x1cftypM4A \0\0\0\0",
    "audio/aac": b"\xff\xf1\x50\x80",
    "audio/aiff": b"FORM\0\0\0\x2eAIFFCOMM",
    "video/mp4": b"\0\0\0\x18ftypisom\0\0\2\0",
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
    "video/quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0",
    "video/x-matroska": b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska",
    "video/x-msvideo": b"RIFF\x24\0\0\0AVI LIST",
    "video/mpeg": b"\0\0\1\xba\x44\0",
    "video/ogg": b"OggS\0\2" + bytes(22) + b"\x80theora",
}


@pytest.mark.parametrize("mime", BEGINNINGS)
def test_a_format_is_known_by_its_beginning(mime):
    assert sniff(BEGINNINGS[mime] + bytes(64)) == mime
    assert kind_of(mime) == mime.partition("/")[0]
    assert extension(mime) not in ("", "bin")


@pytest.mark.parametrize("first", [b"\xff\xfb\x90\x64", b"\xff\xf3\x48\xc4", b"\xff\xe3\x48\xc4", b"\xff\xfa\x90\x64"])
def test_sound_of_layer_three_needs_no_container(first):
    assert sniff(first + bytes(400)) == "audio/mpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"hello, world",
        "text in UTF-16".encode("utf-16"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"RIFF\x24\0\0\0CDDA",
        b"BMW is no bitmap, for all its letters",
        b"\xff\xfb\xf0\x64",  # a bit rate that there is none of
        b"\xff\xeb\x90\x64",  # a version that there is none of
        b"\xff\xf1\x7c\x80",  # a sampling frequency that there is none of
        b"\x89PNG\r\n",
    ],
    ids=str,
)
def test_anything_else_is_none(data):
    assert sniff(data) == ""


def test_a_type_that_is_none_has_an_ending_all_the_same():
    assert extension("") == "bin"


def test_the_beginning_is_enough(png, wav):
    assert [sniff(data[:HEAD]) for data in (png(300, 300), wav)] == ["image/png", "audio/wav"]
