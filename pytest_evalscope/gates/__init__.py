"""Gates: which thresholds hold, and whether they are reached."""

from pytest_evalscope.gates.entries import command_line_entries
from pytest_evalscope.gates.thresholds import resolve_threshold, unused_entries
from pytest_evalscope.gates.verdict import Judgement, coverage_error, judge, shard_error

__all__ = [
    "Judgement",
    "command_line_entries",
    "coverage_error",
    "judge",
    "resolve_threshold",
    "shard_error",
    "unused_entries",
]
