"""Making the text that pytest shows of a test harmless: it may contain a completion of a model."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_evalscope.text import harmless


def sanitize(report: pytest.TestReport) -> None:
    """Remove from a test's report whatever would drive a terminal or be a command to a CI runner.

    That is the failure with its assertion, local variables and message, and the output that was captured.
    """
    report.longrepr = _sanitized(report.longrepr)
    report.sections = [(title, harmless(content)) for title, content in report.sections]


def _sanitized(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_sanitized(item) for item in value)
    if type(value).__module__.startswith("_pytest."):
        fields = getattr(value, "__dict__", {})
        fields.update({name: _sanitized(item) for name, item in fields.items()})
    return value
