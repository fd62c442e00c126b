"""Checks that a sandbox has what the tests of a benchmark need, once and before the first request."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_evalscope.errors import SandboxError
from pytest_evalscope.types import Limits, Program, Sandbox

Packages = tuple[str, ...] | Mapping[str, tuple[str, ...]]
"""Names of Python packages; subset → names where they differ."""

_MISSING = """
import importlib.util, sys
missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
if missing:
    sys.exit(", ".join(missing))
"""


async def require_packages(sandbox: Sandbox | None, packages: Packages, subset: str, image: str = "") -> None:
    """Raise SandboxError when one of the packages cannot be imported in the sandbox; without packages, run nothing."""
    wanted = packages.get(subset, ()) if isinstance(packages, Mapping) else packages
    if sandbox is None or not wanted:
        return
    program = Program(command=("python", "-c", _MISSING, *wanted), limits=Limits(seconds=30.0), image=image)
    execution = await sandbox.run(program)
    if not execution.ok:
        missing = " ".join(execution.stderr.split())[-300:] or execution.ended
        raise SandboxError(
            f"sandbox {sandbox.name}: Python packages that the tests of {subset!r} import are missing ({missing})",
            hint=f"install them where pytest runs, or name an image that has them: {_option(image)}",
        )


async def require_command(sandbox: Sandbox | None, command: tuple[str, ...], subset: str, image: str = "") -> None:
    """Raise SandboxError when a command that checks for a toolchain fails in the sandbox."""
    if sandbox is None:
        return
    execution = await sandbox.run(Program(command=command, limits=Limits(seconds=60.0, memory_mb=1 << 14), image=image))
    if not execution.ok:
        raise SandboxError(
            f"sandbox {sandbox.name}: the toolchain of {subset!r} is missing ({' '.join(command)} failed)",
            hint=f"install it on the system, or name an image that has it: {_option(image)}",
        )


def _option(image: str) -> str:
    return f"--eval-sandbox=docker:{image or 'IMAGE'}"
