"""Untrusted text made safe to show in a terminal or in the log of a CI job."""

from __future__ import annotations

from pytest_evalscope.text.patterns import pattern

# Escape sequences of ECMA-48 (7- and 8-bit introducers): control sequences, and strings up to their terminator. A
# string that is never terminated loses its introducer only: text behind it must not vanish.
_ESCAPES = pattern(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\n\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
# Controls but tab and newline, line and paragraph separators, and the characters that reorder text (bidirectional) or
# take no room.
_CONTROLS = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
# A line starts behind whatever any reader of logs may take for a line break.
_AT_LINE_START = pattern(r"(?<![^\n\r\v\f\x1c-\x1e\x85\u2028\u2029])([^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*):(?=:)")
_ANYWHERE = pattern(r"##(?=\w{0,32}\[)")


def strip_control(text: str) -> str:
    """Return `text` without terminal escapes, control characters (but tab and newline) and bidirectional controls."""
    return text if text.isprintable() else _CONTROLS.sub("", _ESCAPES.sub("", text))


def neutralize_commands(text: str) -> str:
    """Return `text` in which no line is a command to a CI runner: a space breaks its prefix.

    GitHub Actions takes `::error::…` at the start of a line, and `##[error]…` anywhere in it; Azure `##vso[…]`.
    """
    return _ANYWHERE.sub("# #", _AT_LINE_START.sub(r"\1: ", text))


def redacted(text: str) -> str:
    """Return the length of `text` in its place; an empty text stays empty."""
    return f"redacted ({len(text):,} characters)" if text else text


def harmless(text: str) -> str:
    """Return `text` as it may be printed: nothing in it drives a terminal or is a command to a CI runner."""
    return neutralize_commands(strip_control(text))
