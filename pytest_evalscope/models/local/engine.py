"""Parts that the engines on this machine share: their arguments, its cores, the files they read, threads to wait in."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pytest_evalscope.errors import UnknownName, UsageError

T = TypeVar("T")

READING = 2
"""Version of how completions and log-probabilities are read: one that was cached with another is requested again."""
_BLOCK = 128 * 2**10
_BLOCKS = 32
_CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def read_args(provider: str, given: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    """Return the model arguments that were given, each as the `int` (at least 1) or `str` that `kinds` names.

    Raises UnknownName for one that is not in `kinds`, UsageError for a value that does not fit.
    """
    args: dict[str, Any] = {}
    for name, value in given.items():
        if name not in kinds:
            raise UnknownName(f"{provider} model argument", name, kinds)
        if kinds[name] is int:
            args[name] = _count(provider, name, value)
        elif isinstance(value, str) and value:
            args[name] = value
        else:
            raise UsageError(f"{provider} model argument {name}: does not fit ({value!r}); accepted: a name")
    return args


def _count(provider: str, name: str, value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise UsageError(f"{provider} model argument {name}: does not fit ({value!r}); accepted: an integer from 1 on")
    return int(text)


def cores() -> int:
    """Return how many CPU cores an engine of this process should use, at least 1.

    Those that the process may run on, that its container grants and that other work leaves free, shared with the other
    workers of pytest-xdist. An engine with more threads than it gets cores spends its time waiting for its own threads:
    with a load of 4 on two cores, two threads of llama.cpp were measured at an eighth of the speed of one.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        quota, period = _CGROUP_LIMIT.read_text("utf-8").split()
        count = min(count, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass  # no container, or no limit ("max")
    count = min(count, max(1, (os.cpu_count() or 1) - _busy_cores()))
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT", "")
    return max(1, count // max(1, int(workers) if workers.isdigit() else 1))


def _busy_cores() -> int:
    """Return the number of cores that other work keeps busy; half a core is this process as it starts."""
    try:
        return max(0, int(os.getloadavg()[0] - 0.5))
    except (AttributeError, OSError):  # Windows has no such number, a sandbox may hide it
        return 0


def existing_file(name: str, path: str) -> Path:
    """Return `path` as a file that is there. Raises UsageError, in the name of the model, with the nearest file."""
    file = Path(path).expanduser()
    if file.is_file():
        return file
    folder = file.parent
    if file.is_dir():
        folder, problem = file, "is a folder, not a file"
    else:
        problem = "no such file" if folder.is_dir() else "no such folder"
    there = sorted(item.name for item in folder.glob("*.gguf")) if folder.is_dir() else []
    near = get_close_matches(file.name, there, n=1, cutoff=0.4) or there[:1]
    hint = f"did you mean {folder / near[0]}?" if near else ""
    raise UsageError(f"{name}: {problem} ({file}); accepted: the path of a GGUF file", hint=hint)


def digest(*files: Path) -> str:
    """Return 32 hex digits that tell the content of `files` apart, in their order.

    Of each file its size and 4 MiB, in blocks spread evenly over it, are hashed (BLAKE2b): two trainings of one model
    differ everywhere, and gigabytes need not be read to tell.
    """
    state = hashlib.blake2b(digest_size=16)
    for path in files:
        size = path.stat().st_size
        state.update(size.to_bytes(8, "big"))
        with path.open("rb") as file:
            if size <= _BLOCK * _BLOCKS:
                state.update(file.read())
                continue
            for number in range(_BLOCKS):
                file.seek((size - _BLOCK) * number // (_BLOCKS - 1))
                state.update(file.read(_BLOCK))
    return state.hexdigest()


async def in_thread(function: Callable[[], T]) -> T:
    """Return what `function` returns, called in a thread of its own.

    The loop's own threads will not do: the interpreter waits for them at its end, so a run that is broken off while a
    large model loads would seem to hang.
    """
    result: Future[T] = Future()

    def call() -> None:
        try:
            result.set_result(function())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            result.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    return await asyncio.wrap_future(result)
