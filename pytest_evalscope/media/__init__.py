"""Pictures, sound and video as bytes: what they are, how large, whether whole. Pure functions, below every value."""

from pytest_evalscope.media.dimensions import dimensions
from pytest_evalscope.media.formats import ACCEPTED, Kind, extension, kind_of, sniff
from pytest_evalscope.media.inspect import Inspected, inspect_bytes, inspect_file
from pytest_evalscope.media.limits import MediaLimits, Oversize

__all__ = [
    "ACCEPTED",
    "Inspected",
    "Kind",
    "MediaLimits",
    "Oversize",
    "dimensions",
    "extension",
    "inspect_bytes",
    "inspect_file",
    "kind_of",
    "sniff",
]
