"""Sandbox support of this operating system, known by its name before anything is tried."""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path

from pytest_evalscope.errors import SandboxError

NAMES = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}
OTHERS = "use Docker (--eval-sandbox=docker); --eval-sandbox=unsafe runs code unconfined"
INSTALL = f"install bubblewrap 0.7 or newer (sudo apt install bubblewrap), or {OTHERS}"
ELSEWHERE = "use Docker (--eval-sandbox=docker) or a server (--eval-sandbox=enclave:URL)"
SETTINGS = Path("/proc/sys")
"""Folder in which Linux shows the settings of its kernel."""
REFUSALS = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
)
"""A setting that keeps users from making namespaces, its value then, and what to set instead."""


def system() -> str:
    """Return the name of this operating system, as people write it."""
    return NAMES.get(sys.platform, platform.system())


def problem_here(kind: str) -> SandboxError | None:
    """Return why a sandbox of this kind (`local`, `unsafe`) cannot work here, as far as that shows at a glance.

    None: no obstacle is known; only a program that runs in the sandbox shows that it works.
    """
    if kind == "unsafe" and system() == "Windows":
        return SandboxError("sandbox unsafe: needs Linux or macOS (this is Windows)", hint=ELSEWHERE)
    if kind != "local":
        return None
    if system() != "Linux":
        unconfined = "" if system() == "Windows" else "; --eval-sandbox=unsafe runs code unconfined"
        return SandboxError(f"sandbox local: needs Linux (this is {system()})", hint=ELSEWHERE + unconfined)
    if shutil.which("bwrap") is None:
        return SandboxError("sandbox local: the program bwrap is not installed", hint=INSTALL)
    return None


def why_refused() -> str:
    """Return the hint for a machine where bubblewrap is installed and does not work: what to type, where that shows.

    Ubuntu from 24.04 on lets only programs that AppArmor knows make user namespaces; other systems have other settings.
    """
    for name, value, wanted in REFUSALS:
        try:
            found = (SETTINGS / name).read_text(encoding="utf-8").strip()
        except OSError:
            continue
        if found == value:
            return f"this system keeps users from making namespaces: sudo sysctl -w {wanted}, or {OTHERS}"
    return (
        "bubblewrap must be 0.7 or newer, and allowed to make namespaces (in a container: docker run --privileged), "
        f"or {OTHERS}"
    )
