"""The samples behind a gate that did not hold, under the failure that pytest shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_evalscope.api.failing import failing_samples
from pytest_evalscope.plugin.keys import COMPARED
from pytest_evalscope.plugin.settings import settings_of
from pytest_evalscope.reports.samples import failing_lines

if TYPE_CHECKING:
    from pytest_evalscope.folder.paths import RunFolder
    from pytest_evalscope.plugin.cases import Measured
    from pytest_evalscope.types.shown import FailingSamples


def found_behind(item: pytest.Item, measured: Measured, folder: RunFolder, *, computed: bool) -> FailingSamples | None:
    """Return the samples behind the gate of an item that failed, or was not computed; None without any."""
    behind = measured.behind(item.config.stash.get(COMPARED, None))
    redact = settings_of(item.config).redact
    return failing_samples(folder, behind, computed=computed, redact=redact) if behind else None


def add_section(report: pytest.TestReport, failing: FailingSamples) -> None:
    """Add the samples to a failure as a section of its own: pytest shows and stores it with the failure.

    So `--tb`, JUnit files and xdist treat it as they treat the failure.
    """
    text = "\n".join(failing_lines(failing))
    shown: Any = report.longrepr
    if hasattr(shown, "addsection"):
        shown.addsection(failing.title, text)
    elif isinstance(shown, str):  # another plugin's
        report.longrepr = f"{shown}\n{text}"
