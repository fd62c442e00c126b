"""The process in the sandbox that runs one solution of a programming contest on many inputs, without the right answers.

It reads `job.json` and `solution.py` beside it and writes one line of JSON: for each input, until one ends in an error
or takes too long, how it ended and its output. Its text is given to the sandbox, so it imports the standard
library only.
"""

from __future__ import annotations

import json
import numbers
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from math import trunc
from typing import Any

STARS = (
    *("string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics"),
    *("itertools", "functools", "operator", "io", "sys", "json", "builtins", "typing"),
)
"""Modules whose names solutions may use without importing them, in the order of the official runner."""
PLAIN = [name for name in STARS if name not in ("builtins", "typing")]
DEPTH = 50_000
DIGITS = 50_000
"""Digits of a number that is read or written, as in the official runner."""
CAP = 1 << 23
"""Bytes of an output that are kept: the same number for every test, because one made of the right output would tell
about it."""
CHUNK = 1 << 16


def main() -> None:
    """Run the solution on every input."""
    with open("job.json", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would cost every solution 10 ms
        job = json.load(file)
    with open("solution.py", encoding="utf-8") as file:  # noqa: PTH123 - as above
        source = file.read()
    names: dict[str, Any] = {"__name__": "__main__"}
    for name in STARS:
        exec(f"from {name} import *", names)  # noqa: S102 - a fixed list of modules
    exec(f"import {', '.join(PLAIN)}", names)  # noqa: S102 - as above
    sys.setrecursionlimit(DEPTH)
    if hasattr(sys, "set_int_max_str_digits"):  # not before Python 3.10.7
        sys.set_int_max_str_digits(DIGITS)
    results = []
    for given in job["inputs"]:
        work = _call(source, names, job["function"], given) if job["function"] else _script(source, names)
        ended, output = _in_child(work, "" if job["function"] else given, job["seconds"])
        results.append([ended, output])
        if ended != "ok":
            break
    sys.stdout.buffer.write(json.dumps({"results": results}, ensure_ascii=False).encode())


def _script(source: str, names: dict[str, Any]) -> Callable[[], None]:
    def work() -> None:
        exec(compile(source, "solution.py", "exec"), dict(names))  # noqa: S102 - this is what the sandbox is for

    return work


def _call(source: str, names: dict[str, Any], function: str, given: str) -> Callable[[], None]:
    def work() -> None:
        arguments = [json.loads(line) for line in given.split("\n")]
        own = dict(names)
        answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what it prints is no answer
        exec(compile(source, "solution.py", "exec"), own)  # noqa: S102 - as above
        owner = own["Solution"]() if "class Solution" in source else None
        result = (own[function] if owner is None else getattr(owner, function))(*arguments)
        # Right answers hold no tuple; only the outermost one is forgiven.
        json.dump(faithful(list(result) if isinstance(result, tuple) else result), answers)
        answers.close()

    return work


def faithful(value: object) -> Any:
    """Return a value as JSON that equals another's exactly when the values are equal; else what equals nothing."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, list):
        return [faithful(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: faithful(item) for key, item in value.items()}
    if isinstance(value, numbers.Real):
        return trunc(value) if value == value // 1 else float(value)
    return {"unlike JSON": type(value).__name__}


def _in_child(work: Callable[[], None], given: str, seconds: float) -> tuple[str, str]:
    """Do the work in a process of its own; return how it ended and what it wrote, or its error."""
    with open("input", "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - as above
        file.write(given)
    (out, written), (err, complained) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        for target, source in ((0, os.open("input", os.O_RDONLY)), (1, written), (2, complained)):
            os.dup2(source, target)
        os.closerange(3, 256)
        os._exit(_done(work))
    os.close(written)
    os.close(complained)
    texts = {out: bytearray(), err: bytearray()}
    ended = _read(texts, {out: CAP, err: CHUNK}, time.monotonic() + seconds)
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    os.close(out)
    os.close(err)
    if ended == "ok" and status not in (0, signal.SIGKILL):
        last = bytes(texts[err]).decode("utf-8", "replace").rstrip().rpartition("\n")[2]
        return "error", last[:300] or "it was ended"
    return ended, bytes(texts[out]).decode("utf-8", "replace")


def _done(work: Callable[[], None]) -> int:
    try:
        work()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
    except SystemExit:  # leaving is no error, whatever the code
        pass
    except BaseException:  # noqa: BLE001 - the solution's own
        traceback.print_exc()
        return 1
    try:
        sys.stdout.flush()
    except (OSError, ValueError):  # it closed its output, or nobody reads it any more
        pass
    return 0


def _read(texts: dict[int, bytearray], caps: dict[int, int], deadline: float) -> str:
    """Read both streams to their ends or the deadline; what is beyond a cap is read and dropped."""
    left = list(texts)
    while left:
        wait = deadline - time.monotonic()
        ready = select.select(left, [], [], max(0.0, wait))[0]
        if not ready:
            return "timeout"
        for stream in ready:
            data = os.read(stream, CHUNK)
            if not data:
                left.remove(stream)
            texts[stream] += data[: max(0, caps[stream] - len(texts[stream]))]
    return "ok"


if __name__ == "__main__":
    main()
