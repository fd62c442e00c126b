"""Width and height of a picture, from its header alone: nothing is unpacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG that begin a frame, which says its size (T.81, table B.1)."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of JPEG that nothing follows."""

_SCAN = 0xDA

Size = tuple[int, int]


def dimensions(data: bytes, mime: str) -> Size | None:
    """Return (width, height) in pixels as the header says; None where the data has none or the format is not read here.

    `data` is the whole picture or its beginning. What is read: PNG, JPEG, GIF, WebP and BMP.
    """
    read = _READERS.get(mime)
    return None if read is None else read(data)


def _png(data: bytes) -> Size | None:
    return (_big(data, 16, 4), _big(data, 20, 4)) if data[12:16] == b"IHDR" and len(data) >= 24 else None


def _gif(data: bytes) -> Size | None:
    return (_little(data, 6, 2), _little(data, 8, 2)) if len(data) >= 10 else None


def _bmp(data: bytes) -> Size | None:
    if len(data) < 26:
        return None
    if _little(data, 14, 4) == 12:
        return _little(data, 18, 2), _little(data, 20, 2)
    # A height below zero: the rows come from the top.
    width, height = (int.from_bytes(data[place : place + 4], "little", signed=True) for place in (18, 22))
    return width, abs(height)


def _webp(data: bytes) -> Size | None:
    if len(data) < 30:
        return None
    if data[12:16] == b"VP8 ":
        return (
            (_little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF) if data[23:26] == b"\x9d\x01\x2a" else None
        )
    if data[12:16] == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    return None


def _jpeg(data: bytes) -> Size | None:
    for marker, place in jpeg_markers(data):
        if marker in _FRAMES:
            return _big(data, place + 5, 2), _big(data, place + 3, 2)
    return None


def jpeg_markers(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker of a JPEG with the place behind it, up to the first scan; fewer where the data ends before."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        place += 2
        yield marker, place
        if marker == _SCAN:
            return
        if marker not in _ALONE:
            place += _big(data, place, 2)


def _big(data: bytes, place: int, count: int) -> int:
    return int.from_bytes(data[place : place + count], "big")


def _little(data: bytes, place: int, count: int) -> int:
    return int.from_bytes(data[place : place + count], "little")


_READERS: dict[str, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/bmp": _bmp,
}
