"""Files of a data set on a hub: found by their names, downloaded once, never executed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from pytest_evalscope.data.files import SUFFIXES
from pytest_evalscope.errors import DataNotFound

CONVERTED = "refs/convert/parquet"
"""The branch on which Hugging Face keeps every data set as parquet, those with a loading script included."""

KEPT = (*SUFFIXES, ".json")
"""Suffixes of data files on a hub."""

_SHARD = re.compile(r"-\d{5}-of-(\d{5})\.")

Download = Callable[[list[str]], Path]
"""Patterns of file names → the folder that then contains every file of the data set that matches one."""


def fetch(repository: str, config: str, split: str, *, revision: str, hub: str, offline: bool) -> list[Path]:
    """Return the data files of one split, in the order of their names, downloading what is not yet on disk.

    Parallel processes download once: both clients lock the files they write. Raises DataNotFound.
    """
    if hub == "modelscope":
        place, download = f"ModelScope ({repository})", _modelscope(repository, offline)
    else:
        place, download = f"Hugging Face ({repository})", _hugging_face(repository, revision, offline)
    try:
        readme = download(["README.md"]) / "README.md"
        patterns = declared(readme, config, split) or conventional(config, split)
        found = _matching(download, patterns)
        if not found and hub == "huggingface" and not revision:  # a pinned commit is never exchanged for another
            found = _matching(_hugging_face(repository, CONVERTED, offline), [f"{config}/{split}/*.parquet"])
    except DataNotFound as error:
        raise DataNotFound(f"{place}: {error}") from None
    if not found:
        raise DataNotFound(f"{place}: no data file matches {', '.join(patterns[:2])}{' …' * (len(patterns) > 2)}")
    return found


def fetch_file(repository: str, name: str, *, revision: str, hub: str, offline: bool) -> Path:
    """Return a file of a data set by its name, downloading it unless it is on disk. Raises DataNotFound."""
    if hub == "modelscope":
        place, download = f"ModelScope ({repository})", _modelscope(repository, offline)
    else:
        place, download = f"Hugging Face ({repository})", _hugging_face(repository, revision, offline)
    try:
        found = download([name]) / name
    except DataNotFound as error:
        raise DataNotFound(f"{place}: {error}") from None
    if not found.is_file():
        raise DataNotFound(f"{place}: file {name} not found")
    return found


def _matching(download: Download, patterns: list[str]) -> list[Path]:
    folder = download(patterns)
    named = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.name.endswith(KEPT)}
    found = [named[name] for name in sorted(named) if any(fnmatch(name, pattern) for pattern in patterns)]
    shards = {int(shard[1]) for path in found if (shard := _SHARD.search(path.name))}
    if shards and sum(shards) > len(found):
        raise DataNotFound(f"only {len(found)} of {sum(shards)} files are on disk")
    return found


def declared(readme: Path, config: str, split: str) -> list[str]:
    """Return the patterns that the data set's card gives for a split (`configs:` in its front matter); may be empty."""
    try:
        for entry in _card(readme).get("configs") or ():
            if entry.get("config_name", "default") == config:
                files = entry.get("data_files") or ()
                folder = f"{entry['data_dir'].strip('/')}/" if entry.get("data_dir") else ""
                items = [files] if isinstance(files, (str, Mapping)) else files
                return [folder + path.removeprefix("./") for item in items for path in _paths(item, split)]
    except (AttributeError, TypeError):  # a card in another form than the hub's counts as none
        pass
    return []


def _paths(item: str | Mapping[str, Any], split: str) -> list[str]:
    # A file that no split is named for is the training split: the hub's own rule.
    named, paths = ("train", item) if isinstance(item, str) else (item.get("split", "train"), item.get("path", ()))
    if named != split:
        return []
    return [paths] if isinstance(paths, str) else list(paths)


def _card(readme: Path) -> Any:
    """Return the front matter of a data set's card, whatever form it has."""
    try:
        import yaml
    except ImportError:  # it comes with huggingface_hub, but not with every client
        return None
    if not readme.is_file():
        return None
    _, _, rest = readme.read_text(encoding="utf-8", errors="replace").partition("---\n")
    try:
        return yaml.safe_load(rest.partition("\n---")[0])
    except yaml.YAMLError:
        return None


def conventional(config: str, split: str) -> list[str]:
    """Return the patterns under which data sets without a card keep a split."""
    stems = [f"{config}/{split}", f"{config}/{split}-*", f"{config}/{split}/*"]
    if config == "default":
        stems += [split, f"{split}-*", f"data/{split}", f"data/{split}-*"]
    return [stem + suffix for stem in stems for suffix in KEPT]


def _hugging_face(repository: str, revision: str, offline: bool) -> Download:
    def get(patterns: list[str]) -> str:
        from huggingface_hub import snapshot_download

        folder: str = snapshot_download(
            repository,
            repo_type="dataset",
            revision=revision or None,
            allow_patterns=patterns,
            local_files_only=offline,
        )
        return folder

    return partial(_download, "'pytest-evalscope[datasets]'", get)


def _modelscope(repository: str, offline: bool) -> Download:
    def get(patterns: list[str]) -> str:
        from modelscope.hub.snapshot_download import dataset_snapshot_download

        if offline:
            raise ConnectionError("not requested: offline")
        folder: str = dataset_snapshot_download(repository, allow_file_pattern=patterns)
        return folder

    return partial(_download, "modelscope", get)


def _download(package: str, get: Callable[[list[str]], str], patterns: list[str]) -> Path:
    try:
        return Path(get(patterns))
    except ImportError as error:
        raise DataNotFound(f"needs {error.name} (pip install {package})") from None
    except Exception as error:  # noqa: BLE001 - the clients raise many kinds, those of their HTTP library among them
        reason = str(error).strip().partition("\n")[0][:200]
        raise DataNotFound(f"{type(error).__name__} ({reason or 'no message'})") from None
