"""The files of a session: in memory between its commands, under paths that never lead out of its folder."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

BYTES = 16 * 2**20
"""Bytes of all files of a session together, at most."""
COUNT = 4096
"""Number of files, at most."""


@dataclass(frozen=True, slots=True)
class File:
    """A file's content, and whether it may be run."""

    data: bytes
    executable: bool = False


@dataclass(slots=True)
class Files:
    """The folder of one session. Owners, times, other permissions and special files are not kept."""

    files: dict[str, File] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    """Symbolic link → its target, which only commands in the sandbox follow."""

    def read(self, path: str) -> bytes:
        """Return a file's content. Raises ValueError: `place`, FileNotFoundError."""
        place = self.place(path)
        if place not in self.files:
            what = "a folder" if self._is_folder(place) else "no such file"
            raise FileNotFoundError(f"path: {what} ({path!r}); accepted: a file of the session")
        return self.files[place].data

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file. Raises ValueError: `place`, a folder of that name, beyond the limits."""
        place = self.place(path)
        parents = [str(parent) for parent in PurePosixPath(place).parents]
        if self._is_folder(place) or any(parent in self.files for parent in parents):
            raise ValueError(f"path: a folder and a file cannot have one name ({path!r}); accepted: a free name")
        old = self.files.get(place)
        size = sum(len(each.data) for each in self.files.values()) - (len(old.data) if old else 0) + len(data)
        if size > BYTES or len(self.files) + (old is None) > COUNT:
            raise ValueError(f"file: too much ({size} bytes); accepted: {BYTES} bytes and {COUNT} files in all")
        self.files[place] = File(data, old.executable if old else False)

    def place(self, path: str) -> str:
        """Return the path in its one form. Raises ValueError for one that leads out of the folder, or over a link."""
        pure = PurePosixPath(path)
        if not path or "\0" in path or pure.is_absolute() or ".." in pure.parts or not pure.parts:
            raise ValueError(f"path: not below the session's folder ({path!r}); accepted: a relative path without ..")
        for each in (pure, *pure.parents):
            if str(each) in self.links:
                raise ValueError(f"path: {str(each)!r} is a symbolic link ({path!r}); accepted: files themselves")
        return str(pure)

    def packed(self) -> dict[str, Any]:
        """Return everything as the child reads it."""
        return {
            "files": {path: [_encoded(each.data), each.executable] for path, each in self.files.items()},
            "folders": sorted(self.folders),
            "links": self.links,
        }

    def take(self, changes: Mapping[str, Any]) -> None:
        """Take over what a child says has changed, as a whole or not at all.

        Raises ValueError, KeyError or TypeError for what is no such thing: commands of a model may have forged it.
        """
        fresh = Files()
        files = {path: each for path, each in self.files.items() if path not in changes["gone"]}
        for path, (text, executable) in changes["files"].items():
            files[fresh.place(path)] = File(base64.b64decode(text), executable is True)
        folders = {fresh.place(path) for path in changes["folders"]}
        links = {fresh.place(path): str(target) for path, target in changes["links"].items()}
        size = sum(len(each.data) for each in files.values())
        if size > BYTES or len(files) + len(folders) + len(links) > 3 * COUNT:
            raise ValueError(f"file: too much ({size} bytes)")
        self.files, self.folders, self.links = files, folders, links

    def copy(self) -> Files:
        """Return the same files, which change independently."""
        return Files(dict(self.files), set(self.folders), dict(self.links))

    def _is_folder(self, place: str) -> bool:
        return place in self.folders or any(path.startswith(f"{place}/") for path in self.files)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
