"""Messages between the process that has the tests and the process that has the solution.

Its text is put above that of the programs beside it and given to the sandbox, so it imports the standard library
only, and of that what starts fast: `json` would cost every program 10 ms. What the solution sends is JSON, which can
be anything and harms nobody; what it is sent may be marshalled or pickled, because the tests are trusted.
"""

from __future__ import annotations

import builtins
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn, cast

LARGEST = 1 << 26
"""Bytes of a message."""
SIZE = 8
LONG = 1 << 64
"""Integers up to here are written as JSON, longer ones in hexadecimal."""
LEFT = "it left before its tests"
UNREADABLE = "what it gave back cannot be read"
RAISED = 97
"""The exit code of a process that the solution ended by an exception, which is on stderr."""
TURNS, TURN = 50, 0.01
"""Times, and seconds each, that a process whose pipe is closed has to end by itself."""
UNSOUND = 98
"""The exit code where the tests themselves cannot be run."""
PR_SET_DUMPABLE = 4


class Over(BaseException):
    """The end of a run that has not passed. No `except Exception` of the tests takes it."""


def conceal() -> None:
    """Close this process's memory and files to others of the same user (on Linux)."""
    import ctypes

    try:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):  # macOS has none; there only root may look into another process
        pass


def apart(first: Callable[[int, int], None]) -> tuple[int, int, int]:
    """Start `first` in a process of its own; return its number, and the pipes to read from and write to."""
    (get, theirs), (given, put) = os.pipe(), os.pipe()
    number = os.fork()
    if number:
        os.close(theirs)
        os.close(given)
        return number, get, put
    os.close(get)
    os.close(put)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.path.insert(0, "")
    code = 0
    try:
        # Nothing of the solution runs before the other process has read its own input and is closed to this one.
        if receive(given):
            first(given, theirs)
    except SystemExit:
        pass
    except BaseException:  # noqa: BLE001 - whatever the solution raised
        sys.excepthook(*sys.exc_info())
        code = RAISED
    os._exit(code)


def send(pipe: int, message: bytes) -> None:
    """Write a message: its length, and itself."""
    left = memoryview(len(message).to_bytes(SIZE, "big") + message)
    while left:
        left = left[os.write(pipe, left) :]


def receive(pipe: int) -> bytes:
    """Read a message; empty at the end of the pipe, or for one that is longer than any."""
    size = int.from_bytes(_exactly(pipe, SIZE), "big")
    return _exactly(pipe, size) if size <= LARGEST else b""


def _exactly(pipe: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(pipe, min(size, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def whole(pipe: int) -> bytes:
    """Read to the end."""
    parts = []
    while part := os.read(pipe, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def json_tools() -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    """Return what reads and writes JSON: the parts of Python's own that are written in C, or the whole of it."""
    try:
        from _json import encode_basestring_ascii, make_encoder, make_scanner
    except ImportError:
        import json

        return json.loads, json.dumps

    class Context:
        strict = False
        object_hook = object_pairs_hook = None
        parse_float, parse_int = float, int
        parse_constant = float
        memo: dict[str, str] = {}  # noqa: RUF012 - the scanner wants this attribute

    scan: Any = make_scanner(cast("Any", Context))
    encode: Any = make_encoder(None, cast("Any", None), encode_basestring_ascii, None, ": ", ", ", False, False, True)

    def loads(text: str) -> Any:
        try:
            value, end = scan(text, 0)
        except StopIteration:
            raise ValueError("no JSON") from None
        if end != len(text):
            raise ValueError("more than one value")
        return value

    return loads, lambda value: "".join(encode(value, 0))


loads, dumps = json_tools()
SCALARS = frozenset({type(None), bool, str, float})
PLAIN: tuple[Callable[[Any], Any], ...] = (str, int, float, tuple, list, dict, set, frozenset)


def encode(value: Any, refer: Callable[[Any], Any]) -> Any:
    """Return a value as JSON of plain values; `refer` says how one stays where it is that is none.

    Subclasses of plain types become those: nothing of the solution's own code is in what arrives.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is int:
        return value if -LONG < value < LONG else {"int": hex(value)}
    if kind is list:
        return value if SCALARS.issuperset(map(type, value)) else [encode(item, refer) for item in value]
    if kind in (tuple, set, frozenset):
        return {kind.__name__: [encode(item, refer) for item in value]}
    if kind is dict:
        return {"dict": [[encode(key, refer), encode(item, refer)] for key, item in value.items()]}
    return _rarer(value, kind, refer)


def _rarer(value: Any, kind: type, refer: Callable[[Any], Any]) -> Any:
    """Return what is no common value: other plain ones, subclasses of plain types, and types themselves."""
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is range:
        return {"range": [value.start, value.stop, value.step]}
    for plain in PLAIN:
        if isinstance(value, cast("type", plain)):
            return encode(plain(value), refer)
    if isinstance(value, type) and vars(builtins).get(value.__name__) is cast("object", value):
        return {"type": value.__name__}
    return _of_modules(value, kind, refer)


def _of_modules(value: Any, kind: type, refer: Callable[[Any], Any]) -> Any:
    """Return what is known of a value by the module of its type: numbers of numpy, arrays, decimals, fractions."""
    module, name = kind.__module__.partition(".")[0], kind.__name__
    if module == "numpy" and name == "ndarray" and value.dtype.kind in "biufcSU":
        return {"array": [str(value.dtype), encode(value.tolist(), refer)]}
    if module == "numpy" and hasattr(value, "item"):
        plain = value.item()
        return encode(plain, refer) if type(plain) is not kind else refer(value)
    if (module, name) in (("decimal", "Decimal"), ("fractions", "Fraction")):
        return {name: str(value)}
    return refer(value)


def decode(value: Any, referred: Callable[[Any], Any]) -> Any:
    """Return what `encode` was given. Raises ValueError, TypeError or KeyError for what it cannot have written."""
    kind = type(value)
    if kind is list:
        return [item if type(item) not in (list, dict) else decode(item, referred) for item in value]
    if kind is not dict:
        return value
    ((name, content),) = value.items()
    if name in _KINDS:
        return _KINDS[name](decode(item, referred) for item in content)
    if name == "dict":
        return {decode(key, referred): decode(item, referred) for key, item in content}
    if name in _MADE:
        return _MADE[name](content)
    if name == "array":
        import numpy as np

        return np.array(decode(content[1], referred), dtype=str(content[0]))
    if name == "type":
        found = vars(builtins)[content]
        if isinstance(found, type):
            return found
    if name == "ref":
        return referred(content)
    raise ValueError(name)


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _fraction(text: str) -> Any:
    from fractions import Fraction

    return Fraction(text)


_KINDS: dict[str, Callable[[Any], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_MADE: dict[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda parts: complex(*parts),
    "range": lambda parts: range(*parts),
    "Decimal": _decimal,
    "Fraction": _fraction,
}


def end(number: int, problem: str) -> NoReturn:
    """End the solution's process and this one, which has not passed; where a signal ended the first, so this one."""
    sys.stdout.flush()
    ended, status = 0, 0
    for _ in range(TURNS if problem == LEFT else 0):
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            break
        time.sleep(TURN)
    if not ended:
        os.kill(number, signal.SIGKILL)
    elif os.WIFSIGNALED(status):
        os._exit(128 + os.WTERMSIG(status))
    elif os.WEXITSTATUS(status) == RAISED:
        problem = ""
    if problem:
        os.write(2, f"\n{problem}\n".encode("utf-8", "replace"))
    os._exit(1)


def unsound(problem: str) -> NoReturn:
    """End this process where the tests themselves cannot be run: that is no failure of the solution."""
    os.write(2, f"\n{problem}\n".encode("utf-8", "replace"))
    os._exit(UNSOUND)
