"""The run folder: its files and folders, and writing one of them whole.

outputs/<UTC time>-<6 hex>/
    configs/run.json
    logs/
    predictions/<model>/<benchmark>/<subset>.jsonl     the completion, and the prompt that was sent
    reviews/<model>/<benchmark>/<subset>.jsonl         the scores
    judgements/<model>/<benchmark>/<subset>.jsonl      requests to judges and their completions, where there are any
    media/<sha256>.<ending>                            pictures, sound and video that were sent, each once
    reports/
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any, Literal

import orjson

from pytest_evalscope.errors import StorageError, UsageError
from pytest_evalscope.types.encode import to_json
from pytest_evalscope.types.names import JobKey, folder_name

Kind = Literal["predictions", "reviews", "judgements"]
MEDIA = "media"


class RunFolder:
    """The paths of one run. Several processes may have the same folder open; no two write the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make the folders. Raises UsageError where that is not allowed."""
        try:
            for part in ("configs", "logs", "predictions", "reviews", "reports"):
                (self.path / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"--eval-work-dir: the run folder cannot be made ({self.path}: {error.strerror})",
                hint="name a folder that may be written",
            ) from error

    def begin_anew(self) -> None:
        """Remove jobs, indexes and spending of an earlier run in this folder; its records are overwritten later."""
        for part in ("jobs", "indexes"):
            rmtree(self.path / "configs" / part, ignore_errors=True)
        for path in (*(self.path / "logs").glob("spent.sqlite*"), *(self.path / MEDIA).glob("*.partial")):
            path.unlink(missing_ok=True)

    def file(self, kind: Kind, model: str, benchmark: str, subset: str) -> Path:
        """Return the path of one subset's file."""
        return self.path / kind / folder_name(model) / folder_name(benchmark) / f"{folder_name(subset)}.jsonl"

    def media_file(self, name: str) -> Path:
        """Return the path of a picture, a sound or a video, whose name is `Media.file_name`."""
        return self.path / MEDIA / name

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write `content` under the run folder, whole or not at all. Raises StorageError."""
        target = self.path / name
        partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
        try:
            partial.write_bytes(to_json(content, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            partial.replace(target)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise self.failure(error) from error

    def failure(self, error: OSError) -> StorageError:
        """Return the error for a file of this folder that could not be written."""
        return StorageError(
            f"run folder: cannot be written ({self.path}: {error.strerror or error})",
            hint="completions are in the cache: make room or choose another folder with --eval-work-dir, and the same "
            "command continues from there",
        )

    def point_latest(self) -> None:
        """Make `latest` beside the folder point at it, where the system allows links."""
        link = self.path.parent / "latest"
        fresh = link.with_name(f"latest.{os.getpid()}")
        # No link is no loss: the path of the run is printed as well.
        with suppress(OSError):
            fresh.symlink_to(self.path.name, target_is_directory=True)
            if sys.platform == "win32" and link.is_symlink():
                link.unlink()  # Windows puts nothing in the place of a link to a folder
            fresh.replace(link)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)  # where a folder of the user's is called `latest`


def refuse_one_file(keys: Iterable[JobKey]) -> None:
    """Raise UsageError where two jobs would write one file: macOS and Windows treat `A` and `a` as one name."""
    if not sys.platform.startswith(("darwin", "win")):
        return
    seen: dict[str, JobKey] = {}
    for key in sorted(keys):
        first = seen.setdefault("/".join(map(folder_name, key)).casefold(), key)
        if first != key:
            raise UsageError(
                f"run folder: {'/'.join(first)} and {'/'.join(key)} would be one file here, where upper and lower case "
                "are the same; each needs a name of its own"
            )
