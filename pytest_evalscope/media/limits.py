"""Limits on the size of pictures, sound and video that are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Oversize = Literal["resize", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """The limits of a run, each for one picture, sound or video."""

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000
    """Width times height."""
    oversize: Oversize = "resize"
    """Treatment of a picture beyond the limits: make it smaller, or refuse it. Sound and video are always refused."""

    def excess(self, size: int, dimensions: tuple[int, int] | None) -> str:
        """Return which limit is exceeded, with what was given and the option that sets it; "" for none."""
        if dimensions is not None and dimensions[0] * dimensions[1] > self.max_pixels:
            width, height = dimensions
            return f"{width} x {height} pixels; accepted: up to {self.max_pixels}, --eval-media-max-pixels"
        if size > self.max_bytes:
            return f"{size} bytes; accepted: up to {self.max_bytes}, --eval-media-max-bytes"
        return ""
