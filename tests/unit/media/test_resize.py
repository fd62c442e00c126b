"""Pictures that are made smaller; Pillow does it."""

import struct
import sys
import zlib
from io import BytesIO

import pytest

from pytest_evalscope.errors import MediaError, MissingExtra
from pytest_evalscope.media import dimensions, sniff
from pytest_evalscope.media.resize import UNPACKED, resized


@pytest.fixture
def pillow():
    return pytest.importorskip("PIL.Image", reason="pillow is not installed: pip install 'pytest-evalscope[media]'")


@pytest.fixture
def picture(pillow):
    """Return a function that writes a picture of noise, which no format makes much smaller."""

    def made(form="PNG", size=(64, 48), mode="RGB", **options):
        import random

        rng = random.Random(1)
        bands = {"RGB": 3, "RGBA": 4, "L": 1, "CMYK": 4}[mode]
        data = rng.randbytes(size[0] * size[1] * bands)
        file = BytesIO()
        pillow.frombytes(mode, size, data).save(file, form, **options)
        return file.getvalue()

    return made


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_pixels_go_down_to_the_limit_and_the_form_stays(picture, form, mime):
    made = resized(picture(form), mime, max_bytes=10**6, max_pixels=1000)
    assert sniff(made) == mime
    width, height = dimensions(made, mime) or (0, 0)
    assert 900 <= width * height <= 1000
    assert width / height == pytest.approx(64 / 48, rel=0.05)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_bytes_go_down_to_the_limit(picture, mode):
    made = resized(picture(mode=mode), "image/png", max_bytes=2000, max_pixels=10**6)
    assert len(made) <= 2000
    assert sniff(made) == "image/jpeg"  # noise is smaller so


def test_the_same_bytes_and_limits_give_the_same_picture(picture):
    data = picture()
    assert len({resized(data, "image/png", max_bytes=3000, max_pixels=900) for _ in range(3)}) == 1


def test_what_is_clear_becomes_white_in_a_format_without_transparency(pillow):
    file = BytesIO()
    pillow.new("RGBA", (64, 64), (255, 0, 0, 0)).save(file, "PNG")
    noise = file.getvalue() + b""
    made = resized(noise, "image/png", max_bytes=150, max_pixels=10**6)
    with pillow.open(BytesIO(made)) as opened:
        assert opened.convert("RGBA").getpixel((5, 5))[3] == 0 or opened.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(("form", "mode", "mime"), [("GIF", "L", "image/gif"), ("TIFF", "RGB", "image/tiff")])
def test_other_formats_become_png(picture, form, mode, mime):
    made = resized(picture(form, mode=mode), mime, max_bytes=10**6, max_pixels=1000)
    assert sniff(made) == "image/png"


def test_colours_for_print_become_those_of_a_screen(picture, pillow):
    made = resized(picture("JPEG", mode="CMYK"), "image/jpeg", max_bytes=10**6, max_pixels=1000)
    with pillow.open(BytesIO(made)) as opened:
        assert opened.mode == "RGB"


def test_the_way_up_is_followed(picture, pillow):
    exif = pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter
    made = resized(picture("JPEG", exif=exif), "image/jpeg", max_bytes=10**6, max_pixels=1000)
    width, height = dimensions(made, "image/jpeg") or (0, 0)
    assert height > width


def ramp(pillow, mode, shades, size=(64, 64)):
    """Return a picture whose columns are these shades, from left to right."""
    wide = pillow.new("F" if mode == "F" else "I", (len(shades), 1))
    wide.putdata(shades)
    made = wide.resize(size, pillow.Resampling.NEAREST)
    return made if made.mode == mode else made.convert(mode)


@pytest.mark.parametrize(
    ("mode", "form", "shades", "seen"),
    [
        ("I;16", "PNG", (0, 16384, 32768, 65535), (0, 64, 128, 255)),
        ("I;16", "TIFF", (0, 16384, 32768, 65535), (0, 64, 128, 255)),
        ("I;16", "PNG", (1000, 2000, 3000, 4000), (4, 8, 12, 16)),  # a dark picture stays dark
        ("I", "TIFF", (0, 100_000, 200_000, 300_000), (0, 85, 170, 255)),
        ("I", "TIFF", (-100, 0, 100, 200), (0, 85, 170, 255)),
        ("F", "TIFF", (0.0, 0.25, 0.5, 1.0), (0, 64, 128, 255)),
        ("F", "TIFF", (-1.0, 0.0, 1.0, 3.0), (0, 64, 128, 255)),
    ],
)
def test_shades_of_more_than_eight_bits_stay_apart(pillow, mode, form, shades, seen):
    file = BytesIO()
    ramp(pillow, mode, shades).save(file, form)
    made = resized(file.getvalue(), f"image/{form.lower()}", max_bytes=10**6, max_pixels=32 * 32)
    with pillow.open(BytesIO(made)) as opened:
        assert (opened.mode, opened.size) == ("L", (32, 32))
        got = [opened.getpixel((x, 16)) for x in (2, 11, 19, 29)]
    assert got == pytest.approx(seen, abs=1)


def test_a_clear_shade_of_sixteen_bits_is_a_shade(pillow):
    file = BytesIO()
    ramp(pillow, "I;16", (0, 65535)).save(file, "PNG", transparency=65535)
    made = resized(file.getvalue(), "image/png", max_bytes=10**6, max_pixels=32 * 32)
    with pillow.open(BytesIO(made)) as opened:
        assert (opened.mode, opened.getpixel((2, 2)), opened.getpixel((29, 2))) == ("L", 0, 255)


@pytest.mark.parametrize("shade", [float("inf"), float("-inf")])
def test_fractions_that_are_no_numbers_are_told(pillow, shade):
    file = BytesIO()
    ramp(pillow, "F", (shade, 1.0)).save(file, "TIFF")
    with pytest.raises(MediaError, match="media: the picture has values that are no finite numbers"):
        resized(file.getvalue(), "image/tiff", max_bytes=10**6, max_pixels=100)


def test_a_picture_of_one_shade_is_made_smaller(pillow):
    file = BytesIO()
    pillow.new("F", (64, 64), 0.5).save(file, "TIFF")
    made = resized(file.getvalue(), "image/tiff", max_bytes=10**6, max_pixels=100)
    assert dimensions(made, "image/png") == (10, 10)


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")])
@pytest.mark.parametrize("turned", [False, True])
def test_a_line_of_pixels_meets_the_limit(pillow, form, mime, turned):
    size = (1, 16_000) if turned else (16_000, 1)
    file = BytesIO()
    pillow.new("RGB", size, "red").save(file, form)
    for limit in (10_000, 7, 1):
        made = resized(file.getvalue(), mime, max_bytes=10**6, max_pixels=limit)
        assert dimensions(made, mime) == ((1, limit) if turned else (limit, 1))


@pytest.mark.parametrize("broken", [slice(None, 200), slice(None, 20), slice(100, None)], ids=str)
def test_a_picture_that_is_broken_is_told(picture, broken):
    data = picture()[broken]
    with pytest.raises(MediaError, match=r"^media: the picture cannot be unpacked \("):
        resized(data, "image/png", max_bytes=10**6, max_pixels=1000)


def test_a_header_that_lies_is_told(picture):
    data = picture(size=(8, 8))
    header = struct.pack(">II", 900, 900) + data[24:29]
    lying = data[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + data[33:]
    with pytest.raises(MediaError, match="cannot be unpacked"):
        resized(lying, "image/png", max_bytes=10**6, max_pixels=1000)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_a_bomb_is_not_unpacked(pillow, png, form):
    data = png()
    if form == "PNG":
        data = data[:16] + struct.pack(">II", 100_000, 100_000) + data[24:]
        told = r"media: too many pixels to unpack \(100000 x 100000\); accepted: up to 89478485"
    else:  # whose header is not read here: Pillow refuses it
        width, height = (struct.pack("<HHII", tag, 4, 1, 100_000) for tag in (256, 257))
        data = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + width + height + bytes(4)
        told = "media: the picture cannot be unpacked"
    with pytest.raises(MediaError, match=told):
        resized(data, f"image/{form.lower()}", max_bytes=10**6, max_pixels=1000)


def test_the_bound_of_what_is_unpacked_is_pillows_own(pillow):
    assert pillow.MAX_IMAGE_PIXELS == UNPACKED


def test_a_limit_that_no_picture_meets_is_told(picture):
    with pytest.raises(MediaError, match=r"media: cannot be made as small as 20 bytes \(--eval-media-max-by"):
        resized(picture(), "image/png", max_bytes=20, max_pixels=1000)


def test_a_picture_of_a_few_pixels_needs_no_smaller_side(picture):
    made = resized(picture(size=(400, 2)), "image/png", max_bytes=10**6, max_pixels=300)
    assert dimensions(made, "image/png") == (244, 1)


def test_pillow_is_named_where_it_is_missing(png, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra) as caught:
        resized(png(), "image/png", max_bytes=10, max_pixels=1)
    assert (
        caught.value.message == "media: a picture beyond the limits: needs the package 'pillow', which is not installed"
    )
    assert "pip install 'pytest-evalscope[media]'" in caught.value.hint
