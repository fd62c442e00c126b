"""Gates: which thresholds apply, and whether they are reached."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.gates.decide import GateResult, coverage_error, judge, shard_error
    from pytest_evalscope.gates.entries import command_line_entries
    from pytest_evalscope.gates.thresholds import resolve_threshold, unused_entries

__all__ = [
    "GateResult",
    "command_line_entries",
    "coverage_error",
    "judge",
    "resolve_threshold",
    "shard_error",
    "unused_entries",
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
            ),
            "gates.entries": ("command_line_entries",),
            "gates.thresholds": (
                "resolve_threshold",
                "unused_entries",
            ),
        },
    )
