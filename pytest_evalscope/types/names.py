"""Names: the key of a job, file names made from names that people or data chose, and where relative paths begin."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

JobKey = tuple[str, str, str]
"""Key of a job in files and reports: model, benchmark and subset."""

T = TypeVar("T")
U = TypeVar("U")
BESIDE: ContextVar[Path | None] = ContextVar("beside", default=None)
"""The folder in which relative paths of media are looked for first; None for the working directory alone."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 80


def folder_name(name: str) -> str:
    """Return a name that is safe as one part of a path on every system, the same for the same `name`.

    Plain names stay as they are (`mock-model`). Whatever had to change (slashes, colons, leading dots, reserved
    names, more than 80 characters) gets a few hex digits of a hash, so that two names never meet in one folder.
    """
    safe = _UNSAFE.sub("_", name).strip(".")[:_LONGEST]
    if safe and safe == name and not _RESERVED.fullmatch(safe):
        return safe
    readable = safe or "unnamed"
    return f"{readable}-{hashlib.blake2b(name.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def new_run_name() -> str:
    """Return `<UTC time>-<6 hex>`: sorts by time, and two runs that start in one second differ."""
    return f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def near(path: Path) -> str:
    """Return the path as seen from the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def made_beside(folder: Path | None, make: Callable[[T], U], given: T) -> U:
    """Return `make(given)`; relative paths of files are looked for in `folder` first meanwhile, in this thread."""
    before = BESIDE.set(folder)
    try:
        return make(given)
    finally:
        BESIDE.reset(before)
