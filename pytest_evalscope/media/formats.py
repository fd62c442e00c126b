"""The formats of pictures, sound and video, known by their first bytes, never by a name or a header beside them.

Signatures are those of the formats' specifications: PNG (RFC 2083), JPEG (T.81), GIF89a, WebP and WAV (RIFF), BMP, TIFF
6.0, ISO base media files (ISO/IEC 14496-12), Matroska, Ogg (RFC 3533), FLAC (RFC 9639), MPEG audio (ISO/IEC 11172-3).
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["image", "audio", "video"]

ACCEPTED = (
    "a picture (PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, HEIC), sound (WAV, MP3, FLAC, Ogg, M4A, AAC, AIFF) or video "
    "(MP4, WebM, MOV, MKV, AVI, MPEG)"
)
"""The formats, for messages."""

HEAD = 4096
"""Bytes from the beginning that `sniff` needs at most."""

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/avif": "avif",
    "image/heic": "heic",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/aiff": "aiff",
    "audio/webm": "webm",
    "audio/x-matroska": "mka",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpg",
    "video/ogg": "ogv",
}
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\0\0\1\xba", "video/mpeg"),
    (b"\0\0\1\xb3", "video/mpeg"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Sizes of the header that follows a BMP file's own, one for each version of the format."""


def sniff(head: bytes) -> str:
    """Return the MIME type of what begins with `head` (`HEAD` bytes or all); "" for none of the formats."""
    for beginning, mime in _BEGINNINGS:
        if head.startswith(beginning):
            return mime
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[:2] == b"BM":
        return "image/bmp" if int.from_bytes(head[14:18], "little") in _BMP_HEADERS else ""
    if head[:4] == b"OggS":
        return "video/ogg" if b"\x80theora" in head[:512] else "audio/ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    return _mpeg_sound(head)


def _mpeg_sound(head: bytes) -> str:
    """Return the type of sound without a container, which begins with the header of its first frame."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:  # ADTS, whose sampling frequencies are numbered to 12
        return "audio/aac" if head[1] & 0xF0 == 0xF0 and head[2] >> 2 & 15 <= 12 else ""
    # Layer III alone: UTF-16 begins with FF FE, which would be a frame of Layer I.
    fits = layer == 1 and version != 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
    return "audio/mpeg" if fits else ""


def kind_of(mime: str) -> Kind:
    """Return the kind that a type of `sniff`'s is of."""
    kind: Kind = "audio" if mime.startswith("audio/") else "video" if mime.startswith("video/") else "image"
    return kind


def extension(mime: str) -> str:
    """Return the ending that files of this type have; `bin` for a type that is none of `sniff`'s."""
    return _EXTENSIONS.get(mime, "bin")
