"""Entry points of other distributions in words: where each is, and why it cannot be loaded.

Loaded only once something is wrong with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

from pytest_evalscope.types.plain import clean

ACCEPTED = "package.module:NAME"
"""The form of an entry point's value."""
_FORM = re.compile(r"\w+(\.\w+)*(\s*:\s*\w+(\.\w+)*)?\s*(\[[^\]]*\])?\s*")


def place_of(point: EntryPoint) -> str:
    """Return an entry point's value and the distribution that brings it."""
    try:
        brought = point.dist.name if point.dist is not None else ""
    except Exception:  # noqa: BLE001  # metadata without a name, which others wrote
        brought = ""
    return f"{point.value} of {brought}" if brought else point.value


def failure_of(point: EntryPoint, error: BaseException) -> str:
    """Return why an entry point cannot be loaded or used, on one line: type, message, and file and line where known."""
    if not _FORM.fullmatch(point.value):
        return f"not a place in a module; accepted: {ACCEPTED}"
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:  # noqa: BLE001  # an exception that others wrote may raise one itself
        text = "its text cannot be shown"
    said = clean(" ".join(f"{type(error).__name__}: {text}".split()))[:500].removesuffix(":")
    place = _place(point, error)
    return f"{said}, at {place}" if place else said


def _place(point: EntryPoint, error: BaseException) -> str:
    """Return file and line of the distribution's own code that failed; of another's where none of it was running."""
    if isinstance(error, SyntaxError) and error.filename and not error.filename.startswith("<"):
        return f"{_shown(error.filename)}:{error.lineno}"
    package = point.value.partition(":")[0].partition(".")[0]
    passed = [each for each in _frames(error) if not each[1].startswith("<frozen ")]
    own = [each for each in passed if each[0].partition(".")[0] == package]
    others = [each for each in passed if each[0].partition(".")[0] not in ("pytest_evalscope", "importlib")]
    if not (own or others):
        return ""
    _, file, line = (own or others)[-1]
    return f"{_shown(file)}:{line}"


def _frames(error: BaseException) -> Iterator[tuple[str, str, int]]:
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        yield str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _shown(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
