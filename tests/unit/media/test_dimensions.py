"""Width and height from headers, those of other programs' files among them."""

import struct

import pytest

from pytest_evalscope.media import dimensions

JPEG = bytes.fromhex(
    "ffd8 ffe0 0010 4a46494600010100000100010000 ffff c0 000b 08 0003 0005 01 011100 ffda 0008 010100003f00"
)


def webp(kind: bytes, data: bytes) -> bytes:
    body = kind + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def bmp(width: int, height: int) -> bytes:
    return b"BM" + bytes(12) + struct.pack("<Iii", 40, width, height) + bytes(28)


@pytest.mark.parametrize(
    ("mime", "data", "size"),
    [
        ("image/jpeg", JPEG, (5, 3)),
        ("image/webp", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x05\x40\x03\x80" + bytes(8)), (5, 3)),
        ("image/webp", webp(b"VP8L", b"\x2f" + struct.pack("<I", 4 | 2 << 14 | 1 << 28) + bytes(8)), (5, 3)),
        ("image/webp", webp(b"VP8X", b"\x10\0\0\0" + b"\x04\0\0" + b"\x02\0\0" + bytes(8)), (5, 3)),
        ("image/bmp", bmp(5, 3), (5, 3)),
        ("image/bmp", bmp(5, -3), (5, 3)),
        ("image/bmp", b"BM" + bytes(12) + struct.pack("<IHH", 12, 5, 3) + bytes(8), (5, 3)),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_a_header_says_the_size(mime, data, size):
    assert dimensions(data, mime) == size


def test_pictures_say_theirs(png, gif):
    assert dimensions(png(5, 3), "image/png") == (5, 3)
    assert dimensions(gif, "image/gif") == (1, 1)


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"])
@pytest.mark.parametrize("count", [0, 1, 9, 13, 20])
def test_a_header_that_is_cut_says_nothing(mime, count):
    beginning = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff\xe0\xff\xff", "image/webp": b"RIFF"}
    data = (beginning.get(mime, b"") + bytes(64))[:count]
    expected = (0, 0) if mime == "image/gif" and count >= 10 else None
    assert dimensions(data, mime) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0\0\0" + b"\xff\xe0\0\0" * 1000,  # segments of no length
        b"\xff\xd8" + b"\xff" * 1000,
        b"\xff\xd8\xff\xe0\0\x04ab" + b"nothing that begins a segment",
        b"\xff\xd8\xff\xda" + bytes(100),  # a scan before any frame
    ],
    ids=range(4),
)
def test_a_jpeg_without_a_frame_has_no_size(data):
    assert dimensions(data, "image/jpeg") is None


@pytest.mark.parametrize("mime", ["image/tiff", "audio/wav", ""])
def test_other_formats_are_not_read(mime):
    assert dimensions(JPEG, mime) is None


def test_a_webp_of_an_unknown_kind_has_no_size():
    assert dimensions(webp(b"ALPH", bytes(20)), "image/webp") is None
    assert dimensions(webp(b"VP8 ", bytes(20)), "image/webp") is None
