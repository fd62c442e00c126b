"""Which limit a picture exceeds."""

from pytest_evalscope.run.settings import MediaLimits

LIMITS = MediaLimits(max_bytes=1000, max_pixels=100)


def test_what_is_within_the_limits_exceeds_none():
    assert LIMITS.excess(1000, (10, 10)) == ""
    assert LIMITS.excess(1000, None) == ""


def test_pixels_are_told_before_bytes():
    assert LIMITS.excess(2000, (101, 1)) == "101 x 1 pixels; accepted: up to 100, --eval-media-max-pixels"
    assert LIMITS.excess(1001, (10, 10)) == "1001 bytes; accepted: up to 1000, --eval-media-max-bytes"
    assert LIMITS.excess(1001, None) == "1001 bytes; accepted: up to 1000, --eval-media-max-bytes"


def test_the_limits_are_generous():
    assert MediaLimits() == MediaLimits(max_bytes=20_000_000, max_pixels=40_000_000, oversize="resize")
