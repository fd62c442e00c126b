"""The tests of a solution in one process, the solution in another; only plain values pass between them.

Read from stdin, as JSON: the tests, and what is written at their end (`proof`). The solution is `program.py`. Its
process begins before either is read, and cannot look into this one. In the tests a name of the solution is a function
that calls it over there; what comes back is rebuilt here from JSON, so that nothing but equal values is equal. An
object that is no plain value stays there: it can be called and iterated, has its attributes, and equals no plain value.
"""

from __future__ import annotations

import builtins
import marshal
import os
import sys
from types import CodeType
from typing import Any, NoReturn

from pytest_evalscope.scorers.running.served import VERSION, serve
from pytest_evalscope.scorers.running.wire import (
    LEFT,
    UNREADABLE,
    Over,
    apart,
    conceal,
    decode,
    end,
    loads,
    receive,
    send,
    unsound,
    whole,
)

ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes})
ADDRESSES = frozenset({"__array_interface__", "__array_struct__"})
"""Attributes in which an array says where its numbers are; numpy would read there, in the memory of the tests."""
ALIASES = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot"}


class Ref:
    """An object of the solution's process."""

    __slots__ = ("_asking", "_number")

    def __init__(self, number: int, asking: Asking) -> None:
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_asking", asking)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return what it returns there."""
        return self._asking.ask("call", self, *arguments, **named)

    def __getattr__(self, name: str) -> Any:
        if name in ADDRESSES:
            raise AttributeError(name)
        return self._asking.ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._asking.ask("setattr", self, name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._asking.ask("getitem", self, key)

    def __iter__(self) -> Any:
        return self._asking.ask("iter", self)

    def __next__(self) -> Any:
        return self._asking.ask("next", self)

    def __len__(self) -> Any:
        return self._asking.ask("len", self)

    def __bool__(self) -> bool:
        return self._asking.ask("bool", self) is True

    def __str__(self) -> str:
        return str(self._asking.ask("str", self))

    def __repr__(self) -> str:
        return str(self._asking.ask("repr", self))

    def __deepcopy__(self, memo: Any) -> Any:
        return self._asking.ask("copy", self)

    def __instancecheck__(self, value: Any) -> bool:
        return self._asking.ask("isinstance", self, value) is True

    def __eq__(self, other: object) -> bool:
        # Two objects of the solution may be equal as it says; one of them and a plain value never are.
        return self is other or (type(other) is Ref and self._asking.ask("same", self, other) is True)

    def __hash__(self) -> int:
        return hash(self._number)


class Asking:
    """Requests to the solution's process, and what came back."""

    def __init__(self, answers: int, requests: int) -> None:
        self.pipes = answers, requests
        self.refs: dict[int, Ref] = {}
        self.functions: list[Any] = []
        self.used = 0
        self.problem = ""

    def ask(self, operation: str, target: Ref | None, *arguments: Any, **named: Any) -> Any:
        """Return the value of an operation on an object over there. Raises what it raised; Over without an answer."""
        self.used += 1
        self.put(operation, target._number if target is not None else -1, arguments, named)
        status, value, changed = self.answer()
        while status == "call":
            self.call(value)
            status, value, changed = self.answer()
        if changed is not None:
            write_back(list(arguments), self.read(changed))
        if status == "raise":
            raise self.error(value)
        return self.read(value)

    def put(self, operation: str, number: int, arguments: Any, named: Any) -> None:
        """Send a request."""
        packed: Any
        if is_plain(arguments) and is_plain(named):
            packed = "plain", marshal.dumps((arguments, named), VERSION), bool(named)
        else:
            packed = "pickled", self.pickled((arguments, named))
        try:
            send(self.pipes[1], marshal.dumps((operation, number, packed)))
        except OSError:
            self.over(LEFT)

    def answer(self) -> Any:
        """Return the next message of the solution's process."""
        message = receive(self.pipes[0])
        if not message:
            self.over(LEFT)
        try:
            status, value, changed = loads(message.decode())
        except (ValueError, TypeError, RecursionError, MemoryError):
            self.over(UNREADABLE)
        return status, value, changed

    def over(self, problem: str) -> NoReturn:
        """End the tests; what a test makes of it, they have not passed."""
        self.problem = problem
        raise Over(problem) from None

    def read(self, value: Any) -> Any:
        """Return a value out of its JSON. Raises Over."""
        try:
            return decode(value, self.ref)
        except Exception:  # noqa: BLE001 - whatever the solution wrote, it is no answer
            self.over(UNREADABLE)

    def ref(self, number: Any) -> Ref:
        """Return the object with this number, always the same one."""
        if type(number) is not int:
            raise TypeError(number)
        if number not in self.refs:
            self.refs[number] = Ref(number, self)
        return self.refs[number]

    def error(self, value: Any) -> Exception:
        """Return the exception that was raised over there: of its type, or of the nearest that Python has."""
        kinds, parts, text = self.read(value) if type(value) is list else ([], [], "")
        for name in kinds:
            kind = getattr(builtins, str(name), None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                try:
                    return kind(*parts) if name == kinds[0] else kind(f"{kinds[0]}: {text}")
                except TypeError:
                    return RuntimeError(f"{kinds[0]}: {text}")
        return self.over(UNREADABLE)

    def call(self, value: Any) -> None:
        """Call a function of the tests for the solution."""
        try:
            number, arguments = value
            function = self.functions[number]
        except (ValueError, TypeError, LookupError):
            self.over(UNREADABLE)
        try:
            self.put("value", -1, (function(*self.read(arguments)),), {})
        except Exception as error:  # noqa: BLE001 - the solution takes it
            self.put("raise", -1, (str(error),), {})

    def pickled(self, value: Any) -> bytes:
        """Return arguments that are no plain values: objects of the solution by number, functions to be called."""
        import io
        import pickle

        asking = self

        class Pickler(pickle.Pickler):
            def persistent_id(self, each: Any) -> Any:
                if type(each) is Ref:
                    return "ref", each._number
                if isinstance(each, type(write_back)):
                    asking.functions.append(each)
                    return "function", len(asking.functions) - 1
                return None

        packed = io.BytesIO()
        try:
            Pickler(packed).dump(value)
        except (RecursionError, MemoryError):  # values of the solution, passed back to it
            raise
        except Exception as error:  # noqa: BLE001 - of whatever type the tests pass
            unsound(f"an argument cannot be sent to the solution ({error})")
        return packed.getvalue()


def is_plain(value: Any) -> bool:
    """Return whether marshal gives back an equal value of the same type: arrays, for one, it takes for bytes."""
    kind = type(value)
    if kind is dict:
        return is_plain(list(value)) and is_plain(list(value.values()))
    if kind in (list, tuple, set, frozenset):
        return ATOMS.issuperset(map(type, value)) or all(map(is_plain, value))
    return kind in ATOMS


def write_back(old: Any, new: Any) -> None:
    """Change lists, dictionaries and sets that were arguments as the solution has."""
    if type(old) is not type(new):
        return
    if isinstance(old, (list, tuple)):
        for one, other in zip(old, new):  # noqa: B905 - the sandbox's Python may be an old one
            write_back(one, other)
    if isinstance(old, list):
        kept = [one if type(one) is type(other) and not _is_scalar(one) else other for one, other in zip(old, new)]  # noqa: B905 - as above
        old[:] = kept + new[len(kept) :]
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (list, tuple, dict, set))


def names_in(code: CodeType) -> set[str]:
    """Return the names that a text uses, those of its functions included."""
    found = set(code.co_names)
    for part in code.co_consts:
        if isinstance(part, CodeType):
            found |= names_in(part)
    return found


def _described() -> None:
    """Return what a function does of which a prompt shows only the head."""


def _empty() -> None:
    pass


def given_names(head: str) -> dict[str, Any]:
    """Return what the text above the solution defines, without functions of which it shows only the head."""
    names: dict[str, Any] = {"__name__": "program"}
    try:
        exec(compile(head, "head.py", "exec"), names)  # noqa: S102 - of the benchmark
    except Exception:  # noqa: BLE001 - it is not whole without the solution
        return {}
    stubs = (_described.__code__.co_code, _empty.__code__.co_code)
    return {
        name: value
        for name, value in names.items()
        if not (isinstance(value, type(_empty)) and value.__code__.co_code in stubs) and not isinstance(value, type)
    }


def fill_in(names: dict[str, Any], wanted: set[str], head: str, asking: Asking) -> None:
    """Put the names of the solution that the tests use into theirs.

    Helpers that the text above the solution defines are taken from there. Builtins and modules are this process's own,
    but for a solution that defines nothing else of what the tests use, such as a function `sum`.
    """
    known, modules = asking.ask("names", None, sorted(wanted))
    asking.used = len(known)
    library = getattr(sys, "stdlib_module_names", frozenset()) | ALIASES.keys()
    found = {name: value for name, value in known.items() if name not in modules}
    own = {name: value for name, value in found.items() if not hasattr(builtins, name) and name not in library}
    names.update(own or found)
    for name in [*modules, *((found.keys() & library) if own else ())]:
        import importlib

        try:
            names[name] = importlib.import_module(ALIASES.get(name, name))
        except ImportError:
            continue
    if len(known) > 1:
        names.update({name: value for name, value in given_names(head).items() if name in known})


def main() -> None:
    """Run the tests and write the proof that all of them passed, and how often they used the solution."""
    sys.path[:] = [folder for folder in sys.path if folder]
    number, answers, requests = apart(serve)
    conceal()
    job = loads(whole(0).decode())
    try:
        code = compile(job["tests"], "tests.py", "exec")
    except (SyntaxError, ValueError) as error:
        unsound(f"{type(error).__name__}: {error}")
    names: dict[str, Any] = {"__name__": "tests"}
    asking = Asking(answers, requests)
    try:
        send(requests, b"begin")
        asking.answer()
        fill_in(names, names_in(code), job["head"], asking)
        exec(code, names)  # noqa: S102 - of the benchmark
    except Over as over:
        end(number, str(over))
    except BaseException:  # noqa: BLE001 - a test that failed, or that left
        sys.excepthook(*sys.exc_info())
        end(number, "")
    if asking.problem:
        end(number, asking.problem)
    sys.stdout.flush()
    os.write(1, f"\n{job['proof']} {asking.used}\n".encode())
    os.kill(number, 9)
    os._exit(0)


if __name__ == "__main__":
    main()
