"""The job that the launcher reads from stdin: one program with its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.types import Program


def _program(*names: str) -> str:
    """Return texts of this folder as one; what only a type checker needs goes, because it takes 10 ms to import."""
    texts = [Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in names]
    ends = "\nif __name__ == "
    lines = "\n".join([*(text.partition(ends)[0] for text in texts), *texts[-1].rpartition("\n    ")[2:]]).splitlines()
    dropped = ("from __future__", "from pytest_evalscope", "from typing")
    return "\n".join(["from __future__ import annotations", *(line for line in lines if not line.startswith(dropped))])


LAUNCHER = _program("launcher")
LED = _program("tree", "launcher", "leader")
"""The launcher of a program that no namespace of ours ends; arguments: the process to end with, and seconds."""
FILES = 256
"""Files a program may have open."""
CONTAINER_MEMORY_MB = 4096
"""Limit of a container's memory. A limit above it counts addresses, of which some programs claim far more."""


def require_paths_below(program: Program) -> None:
    """Raise SandboxError for a file outside the working folder."""
    for name in program.files:
        path = PurePosixPath(name)
        if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise SandboxError(
                f"sandbox: a file outside the working folder ({name!r}); accepted: a relative path inside it"
            )


def job_of(program: Program, *, python: str, rlimits: Mapping[str, int], drop: bool) -> bytes:
    """Return the launcher's input: the job, and the program's stdin after it.

    `python` is the interpreter that the command `python` means, `rlimits` are set besides those that every program
    has, and `drop` says whether the launcher must give up root.
    """
    limits = program.limits
    job: dict[str, Any] = {
        "command": [python if part == "python" else part for part in program.command[:1]] + [*program.command[1:]],
        "files": dict(program.files),
        "limits": {
            "CORE": 0,
            "CPU": ceil(limits.seconds),
            "FSIZE": limits.disk_mb << 20,
            "NOFILE": FILES,
            **rlimits,
        },
        "drop": drop,
    }
    text = json.dumps(job).encode()
    return b"%d\n%b%b" % (len(text), text, program.stdin.encode("utf-8", "replace"))


def plain_environment(folder: str) -> dict[str, str]:
    """Return the environment of a program whose folder is `folder`, PATH aside."""
    return {
        "HOME": folder,
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TMPDIR": folder,
    }
