"""`configs/run.json` of the run folder: what was run, with which options, on which data."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pytest_evalscope.types import plain

if TYPE_CHECKING:
    from pytest_evalscope.folder.paths import RunFolder
    from pytest_evalscope.types import Result, Spending

SCHEMA = 2
"""2 adds `spent`, which schema 1 has in the reports alone."""
PATH = "configs/run.json"
_NAMED = ("pytest-evalscope", "pytest", "pytest-xdist", "transformers", "torch", "xllamacpp")


def write_manifest(
    folder: RunFolder,
    status: str,
    *,
    started: str,
    options: Mapping[str, str | Sequence[str]],
    results: Iterable[Result] = (),
    spending: Spending | None = None,
) -> None:
    """Write what is known of the run.

    Args:
        folder: The run folder.
        status: `running`, `complete`, `incomplete` or `nothing measured`.
        started: UTC, ISO 8601.
        options: Every option with its value as text, free of secrets.
        results: Those whose data has been read.
        spending: What the run has spent; None while it runs, and where nothing was counted.
    """
    folder.write_json(
        PATH,
        {
            "schema": SCHEMA,
            "status": status,
            "started": started,
            "options": options,
            "versions": _versions(),
            "data": {f"{result.benchmark}/{result.subset}": result.data_hash for result in results},
            "spent": None if spending is None else plain(spending.models),
        },
    )


@cache
def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    made = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _NAMED:
        try:
            made[name] = version(name)
        except PackageNotFoundError:
            continue
    return made
