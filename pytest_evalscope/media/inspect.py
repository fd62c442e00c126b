"""Inspection of a file or of bytes: type, hash, size, and what is wrong with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pytest_evalscope.media.dimensions import Size, dimensions
from pytest_evalscope.media.formats import ACCEPTED, HEAD, sniff
from pytest_evalscope.media.tracks import by_tracks
from pytest_evalscope.media.whole import is_whole

WHOLE = 64 * 2**20
"""Bytes of the largest file that is looked at as a whole; of a larger one, the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The result of an inspection."""

    mime: str
    """The type that they are; "" for none that is accepted."""
    sha256: str
    """64 hex digits."""
    size: int
    """Bytes."""
    dimensions: Size | None
    """(width, height) in pixels; None for what is no picture, or one whose header is not read."""
    problem: str
    """The reason why they are not usable, in words; "" for none."""


def inspect_bytes(data: bytes) -> Inspected:
    """Return what `data` is; what is wrong with it is in the result, not raised."""
    return _inspected(data, hashlib.sha256(data).hexdigest(), len(data))


def inspect_file(path: Path) -> Inspected:
    """Return what the file at `path` is. It is read once, and a long one in parts. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(WHOLE)
        digest, size = hashlib.sha256(head), len(head)
        while part := file.read(2**20):
            digest.update(part)
            size += len(part)
    return _inspected(head, digest.hexdigest(), size)


def _inspected(head: bytes, sha256: str, size: int) -> Inspected:
    mime = by_tracks(head, sniff(head[:HEAD]))
    read = dimensions(head, mime)
    return Inspected(
        mime=mime,
        sha256=sha256,
        size=size,
        dimensions=read,
        problem=_problem(head, mime, read, complete=len(head) == size),
    )


def _problem(head: bytes, mime: str, read: Size | None, *, complete: bool) -> str:
    if not mime:
        return f"is empty; accepted: {ACCEPTED}" if not head else f"is of no known format; accepted: {ACCEPTED}"
    if read is not None and 0 in read:
        return f"says that it is {read[0]} x {read[1]} pixels"
    if complete and not is_whole(head, mime):
        return f"ends before the end that its header names ({mime})"
    return ""
