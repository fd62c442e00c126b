"""Data sets: rows from a hub, from files, and literal ones."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.data.dataset import Dataset, Part, Source, default_source
    from pytest_evalscope.data.hub import Hub
    from pytest_evalscope.data.local import File, Packaged, Rows

__all__ = ["Dataset", "File", "Hub", "Packaged", "Part", "Rows", "Source", "default_source"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "data.dataset": ("Dataset", "Part", "Source", "default_source"),
            "data.hub": ("Hub",),
            "data.local": ("File", "Packaged", "Rows"),
        },
    )
