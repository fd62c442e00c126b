"""A program that nobody trusts, and what came of running it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pytest_evalscope.types.estimate import no_truth_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits on what a program may use; one that exceeds any is ended, with everything it started."""

    seconds: float = 10.0
    """Wall time. CPU time is bounded by the same number, rounded up."""
    memory_mb: int = 1024
    """Addresses of each process; in a container memory of all of them, of which there are at most 4096 MiB."""
    processes: int = 32
    output_bytes: int = 1 << 20
    """Limit on stdout and on stderr, each."""
    disk_mb: int = 64
    """Limit on everything written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Files, and the command that runs them in a folder of its own. There is no network."""

    command: tuple[str, ...]
    """Program and arguments; `("python", "main.py")` runs this interpreter's Python."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Relative path → content, written before the command runs."""
    stdin: str = ""
    limits: Limits = Limits()
    image: str = ""
    """The container image that suits it, where the sandbox runs images and the user named none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Result of a program: its end and its output. The text is free of lone surrogates, and cut at the limit."""

    ended: Literal["exit", "signal", "timeout", "memory", "output"]
    """`exit`: by itself, with `exit_code`; the others: it was ended, or by which limit."""
    exit_code: int | None
    stdout: str
    stderr: str
    seconds: float

    @property
    def ok(self) -> bool:
        """True when it ended by itself with exit code 0."""
        return self.ended == "exit" and self.exit_code == 0

    __bool__ = no_truth_value("an execution", "execution.ok")
