"""bubblewrap: namespaces around one command, with a read-only root of what Python needs and nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from pytest_evalscope.sandbox.systems import problem_here
from pytest_evalscope.types import Limits

FOLDER = "/tmp"  # noqa: S108  # the sandbox's own, of limited size
SHARED_MEMORY = 8
"""One part in so many of the disk limit goes to /dev/shm."""


def find() -> str:
    """Return the path of the program `bwrap`. Raises SandboxError."""
    problem = problem_here("local")
    if problem is not None:
        raise problem
    return shutil.which("bwrap") or "bwrap"


def enclose(bwrap: str, limits: Limits) -> tuple[str, ...]:
    """Return the command line that precedes the launcher's."""
    size = limits.disk_mb << 20
    return (
        *(bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL"),
        # Root would stay root in a user namespace made here, and no limit on processes binds root: the launcher
        # becomes nobody first and makes the namespace then.
        *(("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID") if is_root() else ("--unshare-user",)),
        *_root(),
        *_interpreter(below=False),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--perms", "1777", "--size", str(size // SHARED_MEMORY), "--tmpfs", "/dev/shm"),  # noqa: S108  # as FOLDER
        *("--perms", "1777", "--size", str(size - size // SHARED_MEMORY), "--tmpfs", FOLDER),
        *_interpreter(below=True),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", FOLDER),
    )


def is_root() -> bool:
    """Return whether this process runs as root."""
    return os.geteuid() == 0


def _root() -> list[str]:
    """Return the arguments that bind the system's libraries and programs, read-only."""
    made = ["--ro-bind", "/usr", "/usr", "--perms", "0755", "--dir", "/etc"]
    # Of /etc only what programs of /usr lead to: links to the chosen compiler, and Java's own settings.
    for file in (Path("/etc/ld.so.cache"), Path("/etc/alternatives"), *sorted(Path("/etc").glob("java-*"))):
        made += ["--ro-bind-try", str(file), str(file)]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            made += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            made += ["--ro-bind", str(path), str(path)]
    return made


def _interpreter(*, below: bool) -> list[str]:
    """Return the arguments that bind this interpreter's folders, read-only: those inside FOLDER, or all others."""
    made = []
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not Path(prefix).is_relative_to("/usr") and Path(prefix).is_relative_to(FOLDER) is below:
            # Folders that bwrap makes by itself are open to their owner only, who is root.
            for folder in reversed(list(Path(prefix).parents)[:-1]):
                made += ["--perms", "0755", "--dir", str(folder)]
            made += ["--ro-bind", prefix, prefix]
    return made
