"""The solution's process: it imports the solution, and answers what the process of the tests (`apart`) requests."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable
from typing import Any

from pytest_evalscope.scorers.running.wire import dumps, encode, receive, send

VERSION = 2
"""The form of marshal in which equal values are equal bytes."""


def serve(requests: int, answers: int) -> None:
    """Import the solution and answer requests to the last."""
    import program  # type: ignore[import-not-found] # the solution

    served = Served(requests, answers)
    served.answer("ok", None)
    while message := receive(requests):
        served.do(message, program)


class Served:
    """The objects that stay here, by number, and the pipes."""

    def __init__(self, requests: int, answers: int) -> None:
        self.pipes = requests, answers
        self.kept: list[Any] = []
        self.numbers: dict[int, int] = {}

    def refer(self, value: Any) -> Any:
        """Keep an object and return its number."""
        number = self.numbers.setdefault(id(value), len(self.kept))
        if number == len(self.kept):
            self.kept.append(value)
        return {"ref": number}

    def encoded(self, value: Any) -> Any:
        """Return a value as JSON; one that contains itself stays here."""
        try:
            return encode(value, self.refer)
        except RecursionError:
            return self.refer(value)

    def answer(self, status: str, value: Any, changed: Any = None) -> None:
        """Write an answer."""
        send(self.pipes[1], dumps([status, value, changed]).encode())

    def do(self, message: bytes, program: Any) -> None:
        """Answer one request: an operation and its arguments."""
        operation, number, packed = marshal.loads(message)  # noqa: S302 - of the tests
        arguments, named = self.unpacked(packed)
        if operation == "names":
            found = vars(program)
            known = [name for name in arguments[0] if name in found]
            modules = [name for name in known if type(found[name]) is type(sys)]
            values = {"dict": [[name, self.encoded(found[name])] for name in known]}
            return self.answer("ok", [values, modules])
        try:
            value = self.encoded(OPERATIONS[operation](self.kept[number], *arguments, **named))
        except Exception as error:  # noqa: BLE001 - the tests take it
            kinds = [kind.__name__ for kind in type(error).__mro__]
            return self.answer("raise", [kinds, [self.encoded(part) for part in error.args], str(error)])
        return self.answer("ok", value, self.changed(packed, arguments))

    def changed(self, packed: Any, arguments: Any) -> Any:
        """Return the arguments if the solution has changed them."""
        if packed[0] != "plain":
            return None
        try:
            same = marshal.dumps((arguments, {}), VERSION) == packed[1]
        except ValueError:
            same = False
        return None if same or packed[2] else self.encoded(list(arguments))

    def unpacked(self, packed: Any) -> Any:
        """Return the arguments of a request."""
        if packed[0] == "plain":
            return marshal.loads(packed[1])  # noqa: S302 - as above
        import io
        import pickle

        served = self

        class Unpickler(pickle.Unpickler):  # noqa: S301 - as above
            def persistent_load(self, name: Any) -> Any:
                kind, number = name
                return served.kept[number] if kind == "ref" else served.caller(number)

        return Unpickler(io.BytesIO(packed[1])).load()

    def caller(self, number: int) -> Callable[..., Any]:
        """Return a function that calls one of the tests' own."""

        def call(*arguments: Any) -> Any:
            self.answer("call", [number, self.encoded(list(arguments))])
            status, _, packed = marshal.loads(receive(self.pipes[0]))  # noqa: S302 - as above
            (value,), _ = self.unpacked(packed)
            if status == "raise":
                raise RuntimeError(value)
            return value

        return call


def _call(function: Any, *arguments: Any, **named: Any) -> Any:
    return function(*arguments, **named)


def _copied(value: Any) -> Any:
    import copy

    return copy.deepcopy(value)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "getattr": getattr,
    "setattr": setattr,
    "getitem": lambda value, key: value[key],
    "iter": iter,
    "next": next,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "copy": _copied,
    "isinstance": lambda kind, value: isinstance(value, kind),
    "same": lambda one, other: bool(one == other),
}
