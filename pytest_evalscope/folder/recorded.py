"""A run folder that is read: its manifest, and the jobs that it has records of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.jobs import JobManifest, read_job_manifests
from pytest_evalscope.folder.manifest import PATH
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.folder.schema_1 import spent_of
from pytest_evalscope.types import Spent


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run folder that is read."""

    folder: RunFolder
    manifest: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.folder.path)

    @property
    def options(self) -> Mapping[str, Any]:
        """Option → its value as text."""
        found = self.manifest.get("options")
        return found if isinstance(found, dict) else {}

    @property
    def spent(self) -> tuple[Spent, ...] | None:
        """Tokens and cost of each model; None where they were not counted."""
        if self.manifest.get("schema") == 1:
            return spent_of(self.folder)
        with suppress(KeyError, TypeError):
            return tuple(Spent(**one) for one in self.manifest["spent"])
        return None

    @property
    def has_battles(self) -> bool:
        """True if it has an arena's battles."""
        return any(manifest.derived for manifest in read_job_manifests(self.folder))

    def jobs(self) -> Iterator[JobManifest]:
        """Yield the jobs that a model answered. Raises DataError for a broken file."""
        return (manifest for manifest in read_job_manifests(self.folder) if not manifest.derived)

    @property
    def max_errors(self) -> float:
        """The share of samples without a score that it tolerated."""
        return float(self.options.get("max-errors") or 0)


def open_run(path: Path, where: str = "run folder") -> Recorded:
    """Return the run folder at `path`. Raises UsageError, which begins with `where`, for one that is not a run's."""
    with suppress(OSError, orjson.JSONDecodeError):
        manifest = orjson.loads((path / PATH).read_bytes())
        if isinstance(manifest, dict):
            return Recorded(RunFolder(path), manifest)
    raise UsageError(f"{where}: not a run folder ({path}); accepted: one with {PATH}")
