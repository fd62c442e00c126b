"""Environments of servers: each server's packages in a virtual environment of its own, made once and used again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bench.servers.process import CannotBeHad, last_words

INSTALL_SECONDS = 1800


class Environment:
    """A virtual environment in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / "python"

    def install(self, *groups: tuple[str, ...]) -> None:
        """Install packages, a pip command for each group. Raises CannotBeHad.

        What was installed whole is recorded, so that the same again costs nothing; anything else begins anew. A folder
        without the record is somebody else's, and stays as it is.
        """
        wanted = "\n".join(" ".join(group) for group in groups)
        record = self.folder / "installed.txt"
        if self.folder.exists():
            if not record.is_file():
                raise CannotBeHad(f"{self.folder} is there already, and was not made by this script")
            if record.read_text("utf-8") == wanted:
                return
            shutil.rmtree(self.folder)
        print(f"installing {wanted.replace(chr(10), ', ')} …", flush=True)
        self.folder.mkdir(parents=True)
        record.write_text("", "utf-8")
        venv.create(self.folder, with_pip=True)
        for group in groups:
            command = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *group]
            self._do(command)
        record.write_text(wanted, "utf-8")

    def version(self, package: str) -> str:
        """Return the version of a package in it."""
        told = "from importlib.metadata import version; import sys; print(version(sys.argv[1]))"
        done = subprocess.run([self.python, "-c", told, package], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def _do(self, command: list[str]) -> None:
        log, packages = self.folder / "install.log", " ".join(command[6:])
        with log.open("ab") as output:
            try:
                done = subprocess.run(command, stdout=output, stderr=output, timeout=INSTALL_SECONDS, check=False)
            except subprocess.TimeoutExpired as error:
                raise CannotBeHad(
                    f"it was not installed after {INSTALL_SECONDS} s ({' '.join(command[5:])})"
                ) from error
        if done.returncode:
            raise CannotBeHad(f"pip cannot install {packages} ({last_words(log)})")


def weights() -> Path:
    """Return the weights that every server of a real model serves. Raises CannotBeHad."""
    from pytest_evalscope.errors import MissingExtra
    from pytest_evalscope.models.gguf.smollm2 import packaged_file

    try:
        return packaged_file()
    except MissingExtra as error:
        raise CannotBeHad(f"{error.message} ({error.hint}), for {sys.executable}") from error
