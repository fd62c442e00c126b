"""The processes below another one, on Linux: which they are, how much memory they use, and their end.

Its text is given to a bare program's leader too, so it imports the standard library only.
"""

from __future__ import annotations

import os
import signal

ROUNDS = 100
"""Times that processes are looked for to be ended; after the first only those are left that were made meanwhile."""


def below(number: int) -> list[int]:
    """Return the processes that one has started, and those that these have; none where there is no /proc."""
    children: dict[int, list[int]] = {}
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - pathlib would cost every program 10 ms
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            text = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if text:
                children.setdefault(int(text[1]), []).append(int(name))
    found, left = [], [number]
    while left:
        more = children.get(left.pop(), [])
        found += more
        left += more
    return found


def memory_of(numbers: list[int]) -> int:
    """Return the bytes of memory that processes use together; what they share counts once where the system says."""
    total = 0
    for number in numbers:
        text = _read(f"/proc/{number}/smaps_rollup") or _read(f"/proc/{number}/status")
        for line in text.splitlines():
            if line.startswith((b"Pss:", b"RssAnon:", b"RssShmem:")):
                total += int(line.split()[1]) << 10
    return total


def end_below(number: int) -> None:
    """Kill every process below one, not itself."""
    for _ in range(ROUNDS):
        left = below(number)
        if not left:
            return
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return file.read()
    except OSError:  # it has ended, or is closed to this user
        return b""
