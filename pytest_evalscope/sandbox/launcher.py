"""Launcher, the first process in a sandbox: it reads the job from stdin, sets the limits, and becomes the program.

Its text is given to `python -c`, so it imports the standard library only. The job is a line with a length in bytes and
that many bytes of JSON; what follows is the program's own stdin and is left unread. Before the program begins,
`READY` goes to stderr: without it, nothing of the program ever ran.
"""

from __future__ import annotations

import os
import sys
from typing import Any

READY = b"\0ready\n"
NOBODY = 65534
CLONE_NEWUSER = 0x10000000


def read_job() -> dict[str, Any]:
    """Return the job, and read not one byte more."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(0, 1)
    left, parts = int(line), []
    while left:
        parts.append(os.read(0, left))
        left -= len(parts[-1])
    return parsed(b"".join(parts).decode())


def parsed(text: str) -> dict[str, Any]:
    """Return JSON as values, read by the part of Python's own that is written in C; the rest takes 10 ms to import."""
    try:
        from _json import make_scanner
    except ImportError:
        import json

        job: dict[str, Any] = json.loads(text)
        return job

    class Context:
        strict = False
        object_hook = object_pairs_hook = parse_constant = None
        parse_float, parse_int = float, int
        memo: dict[str, str] = {}  # noqa: RUF012  # the scanner wants this attribute

    scan: Any = make_scanner(Context)  # type: ignore[arg-type] # it looks at nothing else
    job, _ = scan(text, 0)
    return job


def become_nobody() -> None:
    """Give up root for good: the limit on processes binds only others, and counts by user namespace."""
    import ctypes  # here: it takes 3 ms, and most users are not root

    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace")


def write(files: dict[str, str]) -> None:
    """Write the program's files below the working folder."""
    for path, text in files.items():
        folder = os.path.dirname(path)  # noqa: PTH120  # pathlib would cost every program 10 ms
        if folder:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103  # as above
        with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:  # noqa: PTH123  # as above
            file.write(text)


def limit(limits: dict[str, int]) -> None:
    """Set the limits; one that is lower already stays."""
    import resource  # here: Windows has none, and this module is imported there too

    for name, value in limits.items():
        kind = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            # macOS counts the addresses of its shared libraries, more than any limit here, and refuses this one.
            if name != "AS" or sys.platform != "darwin":
                raise


def main() -> None:
    """Do the job."""
    job = read_job()
    if job["drop"]:
        become_nobody()
    write(job["files"])
    limit(job["limits"])
    os.write(2, READY)
    try:
        os.execvp(job["command"][0], job["command"])  # noqa: S606  # this is what a sandbox is for
    except OSError as error:
        sys.exit(f"{job['command'][0]}: {error.strerror}")


if __name__ == "__main__":
    main()
