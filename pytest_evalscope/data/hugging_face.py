"""Rows of the Hugging Face hub, read by its own packages `datasets` and `huggingface_hub`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import chain
from logging import CRITICAL, getLogger
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any

from pytest_evalscope.data.failures import (
    OFFLINE,
    PROBE_SECONDS,
    PROBED_FOR,
    cut_off,
    explained,
    patiently,
    status_of,
)
from pytest_evalscope.data.files import Located, read_file
from pytest_evalscope.data.layout import data_files, default_config, front_matter
from pytest_evalscope.errors import DataNotFound, MissingExtra
from pytest_evalscope.types import Row

CONVERTED = "refs/convert/parquet"
"""The branch on which Hugging Face keeps every data set as parquet, those with a loading script included."""
STREAMED = 64 << 20
"""Bytes of a data set of which more is not downloaded for the sake of a few rows, but streamed."""
INSTALL = "pip install 'pytest-evalscope[datasets]'"

_builders: dict[tuple[str, str, str, str], tuple[float, Any]] = {}
"""Data set → until when it is kept (seconds of `monotonic`), and what `datasets` knows of its files."""
_lock = RLock()
"""Taken while the clients' settings, which are the process's, are changed."""


def rows(repository: str, config: str, split: str, *, revision: str, offline: bool, most: int | None) -> Iterator[Row]:
    """Return the rows of a split, as `datasets` reads them; pictures and sounds stay bytes.

    What it refuses (a loading script, a split that only a file's name says, rows of several forms) is read from the
    files themselves, or from the hub's own conversion to parquet.

    Args:
        repository: `owner/name`.
        config: The hub's name of the part; `default`: the one that a data set without parts has.
        split: The split.
        revision: The commit; empty: the newest.
        offline: Read only what was downloaded before.
        most: Number of rows that are read, at most: few rows of a large set are streamed. None: all of them.

    Raises:
        DataNotFound: Not on the hub, or not visible; offline or without a network, not downloaded before.
        MissingExtra: `datasets` is not installed.
    """
    away = _away(offline)
    if not _installed("datasets"):
        raise DataNotFound(away) if away else MissingExtra(f"data set {repository}", "datasets", INSTALL)
    with _settled(offline=bool(away)):
        try:
            found = patiently(
                lambda: _opened(_builder(repository, config, split, revision=revision, away=away), split, most)
            )
        except Exception as error:  # noqa: BLE001 - `datasets` raises many kinds, those of its HTTP library among them
            if not away and (type(error).__name__ == "DatasetNotFoundError" or status_of(error) in (401, 403, 404)):
                raise _explained(error, repository) from None
            files = _files(repository, config, split, revision, away, error)
            return chain.from_iterable(read_file(path) for path in files)
    return _located(found, f"{repository}, {config}/{split}")


def file(repository: str, name: str, *, revision: str, offline: bool) -> Path:
    """Return a file of a data set by its name, downloading it unless it is on disk. Raises DataNotFound."""
    away = _away(offline)
    folder = _snapshot(repository, revision, away, [name])
    if not (folder / name).is_file():
        raise DataNotFound(away or f"file {name} not found")
    return folder / name


def read_local(files: Sequence[Path], place: str) -> Iterator[Row]:
    """Return the rows of files of one format on disk, as `datasets` reads them. Raises MissingExtra."""
    if not _installed("datasets"):
        raise MissingExtra(place, "datasets", INSTALL)
    from datasets import load_dataset

    form = "parquet" if files[0].suffix == ".parquet" else "csv" if files[0].suffix in (".csv", ".tsv") else "json"
    options = {"sep": "\t"} if files[0].suffix == ".tsv" else {}
    with _settled(offline=True):
        try:
            found = load_dataset(form, data_files=[str(path) for path in files], split="train", **options)
        except Exception:  # noqa: BLE001 - rows of several forms, which it refuses: each is read for itself
            return chain.from_iterable(read_file(path) for path in files)
    return _located(found, place)


def _installed(package: str) -> bool:
    try:
        import_module(package)
    except ImportError:
        return False
    return True


def _builder(repository: str, config: str, split: str, *, revision: str, away: str) -> Any:
    """Return what `datasets` knows of a data set, whose data is not downloaded yet.

    Raises ValueError without such a split, DataNotFound where only another part or commit is on disk, and whatever
    `datasets` raises.
    """
    from datasets import load_dataset_builder

    name = None if config == "default" else config
    until, builder = _builders.get((repository, config, revision, away), (0.0, None))
    if monotonic() >= until:
        # A folder of that name in the working directory would be read in place of the hub.
        address = f"hf://datasets/{repository}" if Path(repository).exists() else repository
        builder = load_dataset_builder(address, name=name, revision=revision or None)
        _builders[repository, config, revision, away] = (monotonic() + PROBED_FOR, builder)
    if away and revision and getattr(builder, "hash", None) != revision:
        raise DataNotFound(away)
    if away and name is None and builder.config.name != "default":
        # Offline, `datasets` takes the only part on disk; online, it would not unless the card says so.
        card = front_matter(_snapshot(repository, revision, away, ["README.md"]) / "README.md")
        if default_config(card) != builder.config.name:
            raise DataNotFound(away)
    splits = builder.config.data_files or builder.info.splits or ()
    if split not in {str(each) for each in splits}:
        raise ValueError(f"no split {split!r}; it has {', '.join(map(str, splits)) or 'none'}")
    return builder


def _opened(builder: Any, split: str, most: int | None) -> Any:
    """Return the split: from disk, or downloaded; streamed where few rows of much data are read."""
    if most is not None and not Path(builder.cache_dir).exists() and _bytes(builder) > STREAMED:
        return builder.as_streaming_dataset(split=split)
    builder.download_and_prepare()
    return builder.as_dataset(split=split)


def _bytes(builder: Any) -> int:
    from huggingface_hub import HfFileSystem

    hub = HfFileSystem()  # it keeps the listing from which the files were chosen
    paths = [path for files in (builder.config.data_files or {}).values() for path in files]
    return sum(int(hub.info(path)["size"] or 0) for path in paths if path.startswith("hf://"))


def _located(found: Any, place: str) -> Iterator[Row]:
    if any(hasattr(each, "decode") for each in _features(found.features)):
        # Pictures and sounds stay what the files hold: bytes, or the address of a file.
        found = (found if hasattr(found, "decode") else found.to_iterable_dataset()).decode(False)
    for number, row in enumerate(found, start=1):
        yield Located(row, f"{place}, row {number}")


def _features(feature: Any) -> Iterator[Any]:
    """Yield a feature and those within it."""
    yield feature
    inside = feature.values() if isinstance(feature, dict) else [getattr(feature, "feature", None) or ()]
    for each in inside:
        for part in each if isinstance(each, (list, tuple)) else [each]:
            yield from _features(part)


def _files(repository: str, config: str, split: str, revision: str, away: str, refusal: Exception) -> list[Path]:
    """Return the data files of a split that `datasets` does not read, for the reason of `refusal`."""
    folder = _snapshot(repository, revision, away, ["README.md"])
    card = front_matter(folder / "README.md")
    found = _chosen(repository, revision, away, lambda names: data_files(names, card, config, split))
    if not found and not revision:  # a pinned commit is never exchanged for another
        start = f"{config}/{split}/"
        found = _chosen(
            repository, CONVERTED, away, lambda names: sorted(name for name in names if name.startswith(start))
        )
    if not found:
        raise DataNotFound(away or f"no data file of it ({' '.join(str(refusal).split())[:300]})")
    return found


def _chosen(repository: str, revision: str, away: str, choose: Any) -> list[Path]:
    """Return the files that `choose` takes of the names of all, downloaded; none where the revision does not exist."""
    if away:
        try:
            folder = _snapshot(repository, revision, away, [])
        except DataNotFound:
            return []
        return [folder / name for name in choose(_names(folder))]
    from huggingface_hub import HfApi

    try:
        info = patiently(lambda: HfApi().dataset_info(repository, revision=revision or None))
    except Exception as error:  # noqa: BLE001 - as above
        if revision == CONVERTED and status_of(error) == 404:
            return []
        raise _explained(error, repository) from None
    # No name may lead out of the folder of the data set.
    names = choose([each.rfilename for each in info.siblings or () if ".." not in each.rfilename.split("/")])
    folder = _snapshot(repository, info.sha or revision, away, names) if names else Path()
    return [folder / name for name in names]


def _names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _snapshot(repository: str, revision: str, away: str, names: Iterable[str]) -> Path:
    """Return the folder of a data set on disk, once it contains these files. Raises DataNotFound, MissingExtra."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        if away:
            raise DataNotFound(away) from None
        raise MissingExtra(f"data set {repository}", error.name or "huggingface_hub", INSTALL) from None
    with _settled(offline=bool(away)):
        try:
            folder = patiently(
                lambda: snapshot_download(
                    repository,
                    repo_type="dataset",
                    revision=revision or None,
                    allow_patterns=list(names),
                    local_files_only=bool(away),
                )
            )
        except Exception as error:  # noqa: BLE001 - as above
            raise (DataNotFound(away) if away else _explained(error, repository)) from None
    return Path(folder)


def _explained(error: Exception, repository: str) -> DataNotFound:
    from huggingface_hub import constants

    return explained(error, page=f"{constants.ENDPOINT}/datasets/{repository}", variable="HF_TOKEN")


def _away(offline: bool) -> str:
    """Return why no hub is requested; "" where it is: it is tried once a minute, and briefly."""
    if offline:
        return OFFLINE
    try:
        from huggingface_hub import constants
        from huggingface_hub.utils import get_session
    except ImportError:
        return ""
    if constants.HF_HUB_OFFLINE:
        return f"{OFFLINE} (HF_HUB_OFFLINE is set)"
    return cut_off(constants.ENDPOINT, lambda endpoint: get_session().head(endpoint, timeout=PROBE_SECONDS))


@contextmanager
def _settled(*, offline: bool) -> Iterator[None]:
    """Keep the clients' warnings and bars out of a log, and the clients from the network while `offline`."""
    with _lock, ExitStack() as stack:
        for name in ("datasets", "huggingface_hub"):
            logger = getLogger(name)
            stack.callback(logger.setLevel, logger.level)
            logger.setLevel(CRITICAL)
        modules = sys.modules
        if not sys.stderr.isatty():
            for name in ("datasets.utils", "huggingface_hub.utils"):
                bars = modules.get(name)
                if bars is not None and not bars.are_progress_bars_disabled():
                    bars.disable_progress_bars()
                    stack.callback(bars.enable_progress_bars)
        if offline:
            for name in ("datasets.config", "huggingface_hub.constants"):
                flags = modules.get(name)
                if flags is not None:
                    stack.callback(setattr, flags, "HF_HUB_OFFLINE", flags.HF_HUB_OFFLINE)
                    vars(flags)["HF_HUB_OFFLINE"] = True
        yield
