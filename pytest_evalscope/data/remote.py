"""Rows and files of a data set on a hub: downloaded once, never executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pytest_evalscope.errors import DataNotFound
from pytest_evalscope.types import Row

T = TypeVar("T")


def rows(
    repository: str, config: str, split: str, *, revision: str, hub: str, offline: bool, most: int | None = None
) -> Iterator[Row]:
    """Return the rows of one split, downloading what is not on disk yet.

    Parallel processes download once: the clients lock the files they write. Raises DataNotFound, MissingExtra.
    """
    if hub == "modelscope":
        from pytest_evalscope.data import model_scope

        return _placed("ModelScope", repository, lambda: model_scope.rows(repository, config, split, offline=offline))
    from pytest_evalscope.data import hugging_face

    return _placed(
        "Hugging Face",
        repository,
        lambda: hugging_face.rows(repository, config, split, revision=revision, offline=offline, most=most),
    )


def fetch_file(repository: str, name: str, *, revision: str, hub: str, offline: bool) -> Path:
    """Return a file of a data set by its name, downloading what is not on disk. Raises DataNotFound, MissingExtra."""
    if hub == "modelscope":
        from pytest_evalscope.data import model_scope

        return _placed("ModelScope", repository, lambda: model_scope.file(repository, name, offline=offline))
    from pytest_evalscope.data import hugging_face

    return _placed(
        "Hugging Face",
        repository,
        lambda: hugging_face.file(repository, name, revision=revision, offline=offline),
    )


def _placed(hub: str, repository: str, read: Callable[[], T]) -> T:
    """Return what `read` returns; an error names the hub and the data set."""
    try:
        return read()
    except DataNotFound as error:
        raise DataNotFound(f"{hub} ({repository}): {error.message}", hint=error.hint) from None
