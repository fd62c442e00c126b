"""Gates: which thresholds apply, and whether they are reached."""

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
