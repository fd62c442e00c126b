"""Pictures, sound and video as bytes: what they are, how large, whether whole. Pure functions, below every value."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.media.dimensions import dimensions
    from pytest_evalscope.media.formats import ACCEPTED, Kind, extension, kind_of, sniff
    from pytest_evalscope.media.inspect import Inspected, inspect_bytes, inspect_file

__all__ = [
    "ACCEPTED",
    "Inspected",
    "Kind",
    "dimensions",
    "extension",
    "inspect_bytes",
    "inspect_file",
    "kind_of",
    "sniff",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "media.dimensions": ("dimensions",),
            "media.formats": ("ACCEPTED", "Kind", "extension", "kind_of", "sniff"),
            "media.inspect": ("Inspected", "inspect_bytes", "inspect_file"),
        },
    )
