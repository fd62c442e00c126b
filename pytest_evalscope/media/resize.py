"""Making a picture smaller, with Pillow."""

from __future__ import annotations

from io import BytesIO
from math import isfinite, sqrt
from typing import Any

from pytest_evalscope.errors import MediaError, MissingExtra
from pytest_evalscope.media.dimensions import dimensions

INSTALL = "pip install 'pytest-evalscope[media]', or leave such pictures out with --eval-media-oversize=refuse"
UNPACKED = 89_478_485
"""Pixels that are unpacked at most, Pillow's own limit: a file of a few bytes may claim any number."""
QUALITY = 90
"""Quality of a JPEG or WebP that is written anew."""
_KEPT = {"image/jpeg": "JPEG", "image/webp": "WEBP"}
"""Formats that are written as what they were; any other becomes a PNG, or a JPEG where that is too many bytes."""
_SMALLEST = 16
"""Pixels of the longer side, at which nothing is made smaller."""


def resized(data: bytes, mime: str, *, max_bytes: int, max_pixels: int) -> bytes:
    """Return the picture with at most `max_pixels` and in at most `max_bytes`, its proportions as they were.

    The same bytes and limits give the same result under one version of Pillow. Of a moving picture the first frame is
    kept; a note on which way is up is followed, and no other metadata but the colour profile stays.

    Raises:
        MissingExtra: Pillow is not installed.
        MediaError: it cannot be unpacked (broken, cut short, a wrong header, too many pixels), or not be made so small.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise MissingExtra("media: a picture beyond the limits", "pillow", INSTALL) from None
    _refuse_bomb(dimensions(data, mime))
    try:
        with Image.open(BytesIO(data)) as opened:
            _refuse_bomb(opened.size)
            width, height = opened.size
            if mime == "image/jpeg":
                opened.draft(None, _within(width, height, max_pixels))  # unpacks no more than is needed
            picture = ImageOps.exif_transpose(opened)
            picture.load()
            picture = _plain_colours(_of_eight_bits(picture), _KEPT.get(mime, "PNG"))
    except MediaError:
        raise
    except Exception as error:  # Pillow raises many kinds for bytes that somebody else made
        text = " ".join(str(error).split())[:200]
        raise MediaError(f"media: the picture cannot be unpacked ({type(error).__name__}: {text})") from error
    return _fitted(picture, mime, max_bytes, max_pixels, Image.Resampling.LANCZOS)


def _refuse_bomb(size: tuple[int, int] | None) -> None:
    if size is not None and size[0] * size[1] > UNPACKED:
        raise MediaError(f"media: too many pixels to unpack ({size[0]} x {size[1]}); accepted: up to {UNPACKED}")


def _fitted(picture: Any, mime: str, max_bytes: int, max_pixels: int, filter_: Any) -> bytes:
    form = _KEPT.get(mime, "PNG")
    size = _within(picture.width, picture.height, max_pixels)
    while True:
        smaller = picture if size == picture.size else picture.resize(size, filter_)
        made = _written(smaller, form)
        if len(made) > max_bytes and form == "PNG":
            made = _written(_plain_colours(smaller, "JPEG"), "JPEG")
        if len(made) <= max_bytes:
            return made
        if max(size) <= _SMALLEST:
            raise MediaError(f"media: cannot be made as small as {max_bytes} bytes (--eval-media-max-bytes)")
        factor = min(0.9, sqrt(max_bytes / len(made)))
        size = (max(1, int(size[0] * factor)), max(1, int(size[1] * factor)))


def _within(width: int, height: int, max_pixels: int) -> tuple[int, int]:
    factor = min(1.0, sqrt(max_pixels / (width * height)))
    made = max(1, int(width * factor)), max(1, int(height * factor))
    # A line of pixels cannot become narrower, so it becomes shorter than its proportions say.
    return min(made[0], max_pixels // made[1]) or 1, min(made[1], max_pixels // made[0]) or 1


def _of_eight_bits(picture: Any) -> Any:
    """Return a picture of one band of 16 or 32 bits in 8 bits: Pillow's own conversion makes all above 255 white.

    The shades of 16 bits keep their places from black to white; of 32 bits, integers beyond those of 16 bits and
    fractions, the darkest becomes black and the brightest white.
    """
    if not picture.mode.startswith(("I", "F")):
        return picture
    whole = picture.convert("I") if picture.mode.startswith("I;") else picture
    low, high = whole.getextrema()
    if not isfinite(low) or not isfinite(high):
        raise MediaError("media: the picture has values that are no finite numbers")
    if whole.mode == "I" and low >= 0 and high < 2**16:
        low, high = 0, 2**16 - 1
    scale = 255 / (high - low) if high > low else 0.0
    made = whole.convert("F").point(lambda value: value * scale + (0.5 - low * scale)).convert("L")
    made.info = {name: value for name, value in picture.info.items() if name != "transparency"}  # one of those shades
    return made


def _plain_colours(picture: Any, form: str) -> Any:
    """Return the picture in colours that resizing and the format have; JPEG has no transparency, so white shows."""
    clear = "A" in picture.getbands() or "transparency" in picture.info
    if form == "JPEG" and clear:
        from PIL import Image

        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        picture, clear = ground, False
    wanted = "L" if picture.mode in ("1", "L") else "RGBA" if clear else "RGB"
    if picture.mode == wanted:
        return picture
    made = picture.convert(wanted)
    if picture.mode in ("CMYK", "LAB", "YCbCr"):  # the profile was of those colours
        made.info.pop("icc_profile", None)
    return made


def _written(picture: Any, form: str) -> bytes:
    file = BytesIO()
    options: dict[str, Any] = {} if form == "PNG" else {"quality": QUALITY}
    picture.save(file, form, icc_profile=picture.info.get("icc_profile"), **options)
    return file.getvalue()
