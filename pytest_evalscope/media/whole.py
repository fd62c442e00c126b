"""Detection of files that were cut short, from their outline: nothing is unpacked."""

from __future__ import annotations

from collections.abc import Callable

from pytest_evalscope.media.dimensions import jpeg_markers

_UNKNOWN_LENGTH = (0, 0xFFFFFFFF)
"""Lengths that programs write into a WAV header before they know how long the sound will be."""


def is_whole(data: bytes, mime: str) -> bool:
    """Return whether `data` reaches the end that its own outline names; True for a format whose end is not looked at.

    The formats that are looked at: PNG, JPEG, GIF, WebP, BMP and WAV. Bytes behind the end do not matter.
    """
    ends = _ENDS.get(mime)
    return ends is None or ends(data)


def _png(data: bytes) -> bool:
    place = 8
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        place += 12 + length
        if kind == b"IEND":
            return place <= len(data)
    return False


def _jpeg(data: bytes) -> bool:
    # A thumbnail in the header has an end of its own: the one behind the first scan counts.
    scan = next((place for marker, place in jpeg_markers(data) if marker == 0xDA), None)
    return scan is not None and data.find(b"\xff\xd9", scan) >= 0


def _gif(data: bytes) -> bool:
    place, pictures = 13 + _palette(data, 10), 0
    while place < len(data) and (kind := data[place]) != 0x3B:
        if kind == 0x21:  # an extension
            place += 2
        elif kind == 0x2C:  # a picture
            place += 11 + _palette(data, place + 9)
            pictures += 1
        else:  # bytes behind a picture without the closing one
            return pictures > 0
        while place < len(data) and data[place]:
            place += 1 + data[place]
        place += 1
    return pictures > 0 and place <= len(data)


def _palette(data: bytes, place: int) -> int:
    """Return how many bytes the table of colours has that the flags at `place` announce."""
    flags = data[place] if place < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _riff(data: bytes) -> bool:
    return int.from_bytes(data[4:8], "little") + 8 <= len(data) + 1  # writers leave out the padding at the very end


def _wav(data: bytes) -> bool:
    return int.from_bytes(data[4:8], "little") in _UNKNOWN_LENGTH or _riff(data)


def _bmp(data: bytes) -> bool:
    return int.from_bytes(data[2:6], "little") <= len(data)


_ENDS: dict[str, Callable[[bytes], bool]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _riff,
    "image/bmp": _bmp,
    "audio/wav": _wav,
}
