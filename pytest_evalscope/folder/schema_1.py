"""Parts of schema 1 of a run folder that are in its reports alone; later schemas have them in `configs/`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.types import Declared, Spent
from pytest_evalscope.types.names import JobKey, folder_name


def declared_of(folder: RunFolder, key: JobKey) -> tuple[Declared | None, float]:
    """Return what the test of a job declared, and its seconds; None and 0 for a run that ended before its reports."""
    model, benchmark, subset = key
    path = folder.path / "reports" / folder_name(model) / f"{folder_name(benchmark)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        whole: dict[str, Any] = orjson.loads(path.read_bytes())
        own = whole["subsets"][subset]
        made = Declared(
            weight=float(whole["weight"]),
            task_type=str(whole["task_type"]),
            tags=tuple(map(str, whole["tags"])),
            test=str(own["test"]),
            location=str(own["location"]),
        )
        return made, float(own["seconds"])
    return None, 0.0


def spent_of(folder: RunFolder) -> tuple[Spent, ...] | None:
    """Return what the run has spent; None where it was not counted."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = orjson.loads((folder.path / "reports" / "index.json").read_bytes())["spent"]["models"]
        return tuple(Spent(**one) for one in found)
    return None
