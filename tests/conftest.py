"""Fixtures that every kind of test shares."""

import inspect
import os
import re
import shlex
import signal
import struct
import sys
import zlib
from argparse import ArgumentTypeError
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib.metadata import entry_points
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

# No test is about time: a busy machine must not make a property fail.
settings.register_profile("project", deadline=None)
# In CI the same examples every time: a change is not blamed for what chance found. At a desk, fresh ones.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "project")

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 180
"""After which a test fails that is not done."""
MAY_SKIP = {
    "no data mirror: ": "rows of data sets are not in the repository",
    "no files of MT-Bench: ": "neither are these",
    "no OpenAPI document: ": "OpenAI's own is not copied here; the types of its client library are checked too",
    "no other endpoint: ": "neither is this stand-in, and the tests that use it run with one of their own too",
    "this pytest has no subtests": "its fixture came with pytest 9",
    "sandbox local: the toolchain of 'humaneval-": "compilers of hundreds of megabytes, Java's and Rust's",
}
"""How the reasons begin for which a test may be skipped in CI on Linux, and why it may."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-listed-skips", action="store_true", help="a test skipped for a reason not listed in MAY_SKIP fails"
    )
    parser.addoption("--part", metavar="K/N", type=_part, help="only what is in the Kth of N parts of the test files")


def _part(typed: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", typed)
    if found is None or int(found[1]) > int(found[2]):
        raise ArgumentTypeError(f"not K/N with 1 <= K <= N ({typed!r})")
    return int(found[1]), int(found[2])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what other parts hold; where a file goes hangs on nothing but its path."""
    if config.option.part is None or not collection_path.is_file():
        return None
    part, parts = config.option.part
    name = collection_path.relative_to(ROOT).as_posix()
    return zlib.crc32(name.encode()) % parts != part - 1 or None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test so that it can be read, and is called the same in every process: packed bytes hold the time."""
    if isinstance(val, bytes):
        return f"{argname} of {len(val)} bytes"
    return f"{val[:40]}…" if isinstance(val, str) and len(val) > 60 else None


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
def png() -> Callable[..., bytes]:
    """Return a function that makes a PNG of one colour, without any package: `png(3, 2, (255, 0, 0))`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def made(width: int = 2, height: int = 2, colour: tuple[int, int, int] = (255, 0, 0)) -> bytes:
        rows = (b"\0" + bytes(colour) * width) * height
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

    return made


@pytest.fixture(scope="session")
def gif() -> bytes:
    """The smallest picture there is: 1 x 1, in 35 bytes."""
    return bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


@pytest.fixture(scope="session")
def wav() -> bytes:
    """Sixteen samples of silence at 8 kHz."""
    data = bytes(32)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data)) + data
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a test that hangs name itself, with every thread's stack.

    No setting of pyproject.toml: pytest refuses those of a plugin that is not installed, as where only evals run.
    """
    if config.getoption("timeout", 0) is None:
        for item in items:
            item.add_marker(pytest.mark.timeout(SECONDS))


FOLDERS = ("HF_HOME", "MODELSCOPE_CACHE", "PYTHAINLP_DATA", "TORCHINDUCTOR_CACHE_DIR", "XDG_CACHE_HOME")
"""Variables that name a folder into which this package, or a package that it imports, writes."""

# Every plugin but our own and xdist, which the tests of `-n` need: what else happens to be installed may shuffle,
# repeat or decorate the tests of an inner run.
OTHER_PLUGINS = shlex.join(
    f"-pno:{plugin.name}"
    for plugin in sorted(entry_points(group="pytest11"))
    if plugin.name.partition(".")[0] not in ("evalscope", "xdist")
)
_OWN = count()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is cached out of the user's folders, before a test is imported: some packages look once only."""
    own = TemporaryDirectory(prefix="pytest-evalscope-", ignore_cleanup_errors=True)
    config.add_cleanup(own.cleanup)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for name in ("EVALSCOPE_CACHE_DIR", *FOLDERS):
        patch.setenv(name, str(Path(own.name) / name.lower()))


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """No reply is cached by another test; a pytest that a test starts loads no other plugin that is installed."""
    if "pytester" in request.fixturenames:
        request.getfixturevalue("pytester")  # it clears PYTEST_ADDOPTS
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALSCOPE_CACHE_DIR", f"{os.environ['EVALSCOPE_CACHE_DIR']}/{next(_OWN)}")
        patch.setenv("PYTEST_ADDOPTS", OTHER_PLUGINS)
        # A file that a test writes anew in the same second, as long as before, is for Python the one that it compiled.
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patch.setattr(sys, "dont_write_bytecode", True)
        yield


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C interrupts, here and in processes started here: under `nohup … &` both would ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def invoke() -> Callable[[Sequence[str]], Result]:
    """Return a function that runs `pytest-evalscope <words>` in this process; click's result has its two outputs."""
    from pytest_evalscope.cli.root import commands

    # click 8.1 makes one of them unless it is told not to; since 8.2 there is nothing to tell.
    apart: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    runner = CliRunner(**apart)
    return lambda words: runner.invoke(commands, words)
