"""Tracks of MP4 and Matroska files: containers of video that often contain sound alone.

Sources: ISO/IEC 14496-12 (`moov`, `trak`, `mdia`, `hdlr`), RFC 8794 (EBML) and RFC 9559 (Matroska: Tracks, TrackType).
"""

from __future__ import annotations

from collections.abc import Iterator

_BOXES = (b"moov", b"trak", b"mdia", b"hdlr")
_ELEMENTS = (0x18538067, 0x1654AE6B, 0xAE, 0x83)
"""Segment, Tracks, TrackEntry, TrackType."""
_MANY = 1000
"""Boxes or elements beside each other that are looked at."""
_SEEN_IN_MP4 = frozenset({b"vide", b"auxv", b"pict"})
_SOUND = {"video/mp4": "audio/mp4", "video/quicktime": "audio/mp4", "video/webm": "audio/webm"}
_SOUND["video/x-matroska"] = "audio/x-matroska"


def by_tracks(data: bytes, mime: str) -> str:
    """Return the type of a container whose tracks are sound alone; `mime` for any other, and where none is found.

    `data` is the whole file or its beginning.
    """
    sound = _SOUND.get(mime)
    if sound is None:
        return mime
    if mime in ("video/mp4", "video/quicktime"):
        kinds = {bytes(data[start + 8 : start + 12]) for start, _ in _boxes(data, 0, len(data), _BOXES)}
        return sound if b"soun" in kinds and not kinds & _SEEN_IN_MP4 else mime
    types = {int.from_bytes(data[start:end], "big") for start, end in _elements(data, 0, len(data), _ELEMENTS)}
    return sound if 2 in types and 1 not in types else mime


def _boxes(data: bytes, start: int, end: int, way: tuple[bytes, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the content of each box at the end of `way` is."""
    for _ in range(_MANY):
        if start + 8 > end:
            return
        size, inner = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1:
            size, inner = int.from_bytes(data[inner : inner + 8], "big"), inner + 8
        after = end if size == 0 else start + size
        if after < inner:
            return
        if data[start + 4 : start + 8] == way[0]:
            if way[1:]:
                yield from _boxes(data, inner, min(after, end), way[1:])
            elif inner + 12 <= end:
                yield inner, after
        start = after


def _elements(data: bytes, start: int, end: int, way: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Yield where the content of each element at the end of `way` is."""
    for _ in range(_MANY):
        name, start = _number(data, start, keep=True)
        size, start = _number(data, start, keep=False)
        if start >= end:
            return
        after = end if size is None else min(end, start + size)
        if name == way[0]:
            if way[1:]:
                yield from _elements(data, start, after, way[1:])
            else:
                yield start, after
        start = after


def _number(data: bytes, start: int, *, keep: bool) -> tuple[int | None, int]:
    """Return a number of EBML and where it ends; with `keep` the bit that says its length too; None for unknown."""
    first = data[start] if start < len(data) else 0
    length = 9 - first.bit_length()
    value = int.from_bytes(data[start : start + length], "big")
    rest = value & (1 << 7 * length) - 1
    unknown = not keep and rest == (1 << 7 * length) - 1
    return None if unknown else value if keep else rest, start + length
