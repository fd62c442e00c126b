"""Fixtures that every kind of test shares."""

import inspect
import os
import re
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from pytest_evalscope.cli.root import commands

# No test is about time: a busy machine must not make a property fail.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent
MAY_SKIP = {
    "no data mirror: ": "rows of data sets are not in the repository",
    "no files of MT-Bench: ": "neither are these",
}
"""How the reasons begin for which a test may be skipped in CI on Linux, and why it may."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-listed-skips", action="store_true", help="a test skipped for a reason not listed in MAY_SKIP fails"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_unlisted_skip(item.config, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_unlisted_skip(collector.config, report)
    return report


def _refuse_unlisted_skip(config: pytest.Config, report: pytest.TestReport | pytest.CollectReport) -> None:
    """Let what was skipped fail: a suite that skips in silence proves less than it seems to."""
    if not report.skipped or hasattr(report, "wasxfail") or not config.option.only_listed_skips:
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    reason = re.sub(r"^(Skipped: )?", "", reason)
    if not reason.startswith(tuple(MAY_SKIP)):
        report.outcome = "failed"
        report.longrepr = f"skipped for a reason that is not in MAY_SKIP (tests/conftest.py): {reason}"


@pytest.fixture(scope="session")
def hub_dir() -> Path:
    """A mirror of benchmark data, `<hub id>/<config>/<split>.jsonl`; tests that read it skip where there is none."""
    named = os.environ.get("EVALSCOPE_DATA_DIR")
    mirror = Path(named) if named else ROOT.parent / "shared" / "hub"
    if not mirror.is_dir():
        pytest.skip("no data mirror: set EVALSCOPE_DATA_DIR to a folder laid out as <hub id>/<config>/<split>.jsonl")
    return mirror


@pytest.fixture(scope="session")
def invoke() -> Callable[[Sequence[str]], Result]:
    """Return a function that runs `pytest-evalscope <words>` in this process; click's result has its two outputs."""
    # click 8.1 makes one of them unless it is told not to; since 8.2 there is nothing to tell.
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    runner = CliRunner(**apart)
    return lambda words: runner.invoke(commands, words)
