"""Gates that did not hold as annotations of GitHub Actions, which it shows beside the line of the test."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.types import Result

_MOST = 10
"""GitHub shows no more of one step."""
_DATA = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def error_commands(results: Iterable[Result]) -> list[str]:
    """Return a command `::error …` for each gate that failed or was not computed, at most ten.

    Texts are escaped as GitHub's toolkit does it (`packages/core/src/command.ts`), so that none ends its command.
    """
    red = [result for result in results if result.verdict in ("failed", "error")]
    return [_command(result) for result in red[:_MOST]]


def _command(result: Result) -> str:
    path, _, line = result.location.rpartition(":")
    place = {"file": path, "line": line} if path and line.isdigit() else {}
    title = f"{result.verdict}: {result.benchmark}/{result.subset} of {result.model}"
    named = (f"{name}={one_line(text).translate(_PROPERTY)}" for name, text in {**place, "title": title}.items())
    message = one_line(result.message or "no reason given", 1000).translate(_DATA)
    return f"::error {','.join(named)}::{message}"
