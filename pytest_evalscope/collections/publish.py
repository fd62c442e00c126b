"""Mixed sets on a hub: in a repository the set is `test.jsonl`, beside its data card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_evalscope.collections.inspect import Contents, contents_of
from pytest_evalscope.data.repositories import HubName, download, upload
from pytest_evalscope.errors import DataError, DataNotFound

STORED = "test.jsonl"
"""The set's name in a repository: EvalScope reads a folder with this file in it."""

_JSON_LINES = re.compile(r"[\w-][\w.-]*\.jsonl")


def push(
    contents: Contents,
    repository: str,
    *,
    card: str,
    licence: str = "other",
    hub: HubName = "huggingface",
    private: bool = False,
) -> str:
    """Upload a mixed set and its card to a repository, which is created if it does not exist, and return its address.

    Args:
        contents: The set, see `contents_of`.
        repository: `owner/name`.
        card: Its data card, which becomes the repository's README.md.
        licence: The hub's identifier of the licence, for a repository that is created.
        hub: Which hub.
        private: Make it visible to its owner only.

    Raises:
        UsageError, DataError: As `upload` does.
    """
    with TemporaryDirectory() as folder:
        readme = Path(folder) / "README.md"
        readme.write_text(card, encoding="utf-8")
        return upload(
            repository,
            {STORED: contents.path, readme.name: readme},
            hub=hub,
            private=private,
            licence=licence,
            message=f"{contents.name}: {contents.count} samples",
        )


def pull(repository: str, output: str | Path, *, hub: HubName = "huggingface", revision: str = "") -> Contents:
    """Download a mixed set from a repository to `output`, byte for byte, and return its contents.

    The file appears when it is complete and every check has passed; a previous file stays until then.

    Args:
        repository: `owner/name`. Its `test.jsonl` is taken, else its only `.jsonl` file.
        output: The file to write; folders are made as needed.
        hub: Which hub.
        revision: A branch, tag or commit; empty: the newest.

    Raises:
        UsageError, DataError: As `download` does; or the file is not a mixed set, or one that was changed.
    """
    path = Path(output).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".") as folder:
        file = download(repository, partial(_mixed_set, repository), Path(folder), hub=hub, revision=revision)
        contents = contents_of(file, where=f"{repository}, {file.name}")
        file.replace(path)
    return replace(contents, path=path)


def _mixed_set(repository: str, names: Sequence[str]) -> str:
    found = [STORED] if STORED in names else [name for name in names if _JSON_LINES.fullmatch(name)]
    if not found:
        shown = ", ".join(sorted(names)[:5]) or "nothing"
        raise DataNotFound(f"{repository}: contains no mixed set ({shown}); accepted: {STORED} or another .jsonl file")
    if len(found) > 1:
        raise DataError(f"{repository}: several files may be the mixed set ({', '.join(sorted(found)[:5])})")
    return found[0]
