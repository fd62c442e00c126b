"""Making untrusted text safe to show in a terminal or a log of continuous integration."""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff]"
)
_COMMAND = re.compile(r"^([ \t]*)(::|##\[)", re.MULTILINE)


def strip_control(text: str) -> str:
    """Return `text` without terminal escapes, control characters (but tab and newline) and bidirectional marks."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def neutralize_commands(text: str) -> str:
    """Return `text` in which no line is a workflow command of GitHub Actions (`::error::…`, `##[group]…`)."""
    return _COMMAND.sub("\\1\u200b\\2", text)
