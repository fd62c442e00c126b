"""The job that the launcher reads from stdin: one program with its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.types import Program

LAUNCHER = Path(__file__).with_name("launcher.py").read_text(encoding="utf-8")


def _led() -> str:
    """Return the program whose leader stays above it, in one text."""
    texts = (
        Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in ("tree", "launcher", "leader")
    )
    lines = "\n".join(text.partition("\nif __name__")[0] for text in texts).splitlines()
    kept = [line for line in lines if not line.startswith(("from __future__", "from pytest_evalscope"))]
    return "\n".join(["from __future__ import annotations", *kept, "lead(*map(int, sys.argv[1:]))"])


LED = _led()
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
