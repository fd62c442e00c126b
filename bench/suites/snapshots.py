"""Finds a repository in a folder of snapshots, and makes a work tree of the part that is needed."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path


def snapshot(folder: Path, repository: str) -> Path | None:
    """Return the git directory or work tree of a repository: the folder whose name ends with the repository's.

    It may be called `Name`, `Name.git`, `owner+Name` or the like, and may hold the repository in `repo`.
    """
    for place in sorted(folder.iterdir()):
        if place.is_dir() and place.name.removesuffix(".git").lower().endswith(repository.lower()):
            inner = [place, place / "repo"]
            for each in [*inner, *(here / ".git" for here in inner)]:
                if (each / "HEAD").is_file() and (each / "objects").is_dir():
                    return each
            return place
    return None


def commit(place: Path) -> str:
    """Return the commit of a git directory; nothing for a work tree without one."""
    if not (place / "HEAD").is_file():
        return ""
    return _git(place, "rev-parse", "--short=8", "HEAD").decode().strip()


def tree(place: Path, paths: Sequence[str], into: Path) -> Path:
    """Return a folder with those paths of a repository; a git directory is extracted below `into`."""
    if not (place / "HEAD").is_file():
        return place
    archive = io.BytesIO(_git(place, "archive", "--format=tar", "HEAD", "--", *paths))
    with tarfile.open(fileobj=archive) as packed:
        packed.extractall(into, filter="data")
    return into


def _git(place: Path, *arguments: str) -> bytes:
    done = subprocess.run(
        ["git", f"--git-dir={place}", "-c", f"safe.directory={place}", *arguments], capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{place.name}: git {arguments[0]} failed: {done.stderr.decode().strip()}")
    return done.stdout
