"""Data sets: rows from a hub, from files, and literal ones."""

from pytest_evalscope.data.dataset import Dataset, Part, Source
from pytest_evalscope.data.hub import Hub
from pytest_evalscope.data.local import File, Packaged, Rows

__all__ = ["Dataset", "File", "Hub", "Packaged", "Part", "Rows", "Source"]
