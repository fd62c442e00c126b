"""Gates: which thresholds apply, and whether they are reached."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.gates.decide import (
        GateResult,
        coverage_error,
        judge,
        shard_error,
        shortfall,
        shortfalls,
        threshold_files,
        tolerated,
        unmet,
    )
    from pytest_evalscope.gates.entries import option_entries
    from pytest_evalscope.gates.thresholds import find_threshold, no_threshold

__all__ = [
    "GateResult",
    "coverage_error",
    "find_threshold",
    "judge",
    "no_threshold",
    "option_entries",
    "shard_error",
    "shortfall",
    "shortfalls",
    "threshold_files",
    "tolerated",
    "unmet",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "gates.decide": (
                "GateResult",
                "coverage_error",
                "judge",
                "shard_error",
                "shortfall",
                "shortfalls",
                "threshold_files",
                "tolerated",
                "unmet",
            ),
            "gates.entries": ("option_entries",),
            "gates.thresholds": (
                "find_threshold",
                "no_threshold",
            ),
        },
    )
