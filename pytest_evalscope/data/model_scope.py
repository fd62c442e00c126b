"""Rows of ModelScope: its own client downloads the files, and `datasets` reads them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

from pytest_evalscope.data.failures import OFFLINE, PROBE_SECONDS, cut_off, explained, patiently
from pytest_evalscope.data.hugging_face import read_local
from pytest_evalscope.data.layout import data_files, front_matter
from pytest_evalscope.errors import DataNotFound, MissingExtra
from pytest_evalscope.types import Row

INSTALL = "pip install 'pytest-evalscope[modelscope]'"


def rows(repository: str, config: str, split: str, *, offline: bool) -> Iterator[Row]:
    """Return the rows of a split. Raises DataNotFound, MissingExtra."""
    api, away = _client(repository, offline=offline)
    if away:
        folder = _snapshot(api, repository, [], away)
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    else:
        with _settled(repository, away):
            listed = patiently(lambda: api.list_repo_files(repository, "dataset"))
        # No name may lead out of the folder of the data set.
        names = [each.path for each in listed if ".." not in each.path.split("/")]
        folder = _snapshot(api, repository, ["README.md"], away) if "README.md" in names else Path()
    found = data_files(names, front_matter(folder / "README.md"), config, split)
    if not found:
        raise DataNotFound(away or f"no data file of {config}/{split} among its {len(names)} files")
    if not away:
        folder = _snapshot(api, repository, found, away)
    return read_local([folder / name for name in found], f"{repository}, {config}/{split}")


def file(repository: str, name: str, *, offline: bool) -> Path:
    """Return a file of a data set by its name, downloading it unless it is on disk. Raises DataNotFound."""
    api, away = _client(repository, offline=offline)
    path = _snapshot(api, repository, [name], away) / name
    if not path.is_file():
        raise DataNotFound(away or f"file {name} not found")
    return path


def _client(repository: str, *, offline: bool) -> tuple[Any, str]:
    """Return the client, and why the hub is not requested; "" where it is. Raises DataNotFound, MissingExtra."""
    try:
        import requests
        from modelscope_hub import HubApi
    except ImportError as error:
        if offline:
            raise DataNotFound(OFFLINE) from None
        raise MissingExtra(f"data set {repository}", error.name or "modelscope", INSTALL) from None
    api = HubApi()
    if offline:
        return api, OFFLINE
    return api, cut_off(api.legacy.endpoint, lambda endpoint: requests.head(endpoint, timeout=PROBE_SECONDS))


def _snapshot(api: Any, repository: str, names: Sequence[str], away: str) -> Path:
    """Return the folder of a data set on disk, once it contains these files."""
    options = {"allow_patterns": list(names)} if names else {}
    with _settled(repository, away):
        return Path(patiently(lambda: api.download_repo(repository, "dataset", local_files_only=bool(away), **options)))


@contextmanager
def _settled(repository: str, away: str) -> Iterator[None]:
    """Keep the client's logging and bars out of a log, and turn what it raises into an error of one line."""
    logger, module = getLogger("modelscope_hub"), sys.modules.get("modelscope_hub._download")
    level, bars = logger.level, getattr(module, "tqdm", None)
    logger.setLevel(ERROR)
    try:
        if bars is not None and not sys.stderr.isatty():  # it has no option that keeps bars out of a log
            vars(module)["tqdm"] = partial(bars, disable=True)
        yield
    except Exception as error:  # noqa: BLE001 - it raises many kinds, those of its HTTP library among them
        page = f"https://www.modelscope.cn/datasets/{repository}"
        raise (DataNotFound(away) if away else explained(error, page=page, variable="MODELSCOPE_API_TOKEN")) from None
    finally:
        logger.setLevel(level)
        if bars is not None:
            vars(module)["tqdm"] = bars
