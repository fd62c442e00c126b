"""The errors of the project, as one tree.

EvalscopeError
├── UsageError          what a person typed: an option, a name, a file
│   ├── UnknownName     a name that is none of the known ones
│   └── MissingExtra    an optional package that is not installed
├── DataError           rows that are missing or malformed
│   ├── DataNotFound    the data set is not found in any place
│   └── MediaError      a picture, a sound or a video that is none, is broken, or cannot be read
├── ModelError          no usable response came from the model
│   ├── RequestRefused  the endpoint refuses this request and would again
│   │   └── ContentFiltered  its content filter does
│   ├── TransientError  worth a retry: 408, 409, 429, 5xx, resets, broken responses
│   ├── ModelTimeout    no response within the allowed time
│   └── BudgetSpent     not requested: the run's budget is spent
├── ScorerError         a completion that could not be scored
│   └── SandboxError    no sandbox, or one that could not run the program
├── EnvironmentFailed   the world that an agent acts in did not start, or broke
├── StorageError        files of a run cannot be written or read: a full disk, a broken file
└── GateError           a gate that is not computed

Every message reads `subject: what is wrong (what was given); what is accepted`; `hint` is one more line that says
what to do. `str(error)` holds both.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any


class EvalscopeError(Exception):
    """Any error this project raises on purpose."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class UsageError(EvalscopeError):
    """Something a person typed is wrong; the front doors show it without a traceback."""


class UnknownName(UsageError):
    """A name that is none of the known ones; the message gives the nearest."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        if near:
            accepted = "did you mean " + " or ".join(near) + "?"
        elif len(names) > 12:
            accepted = f"{len(names)} are known, such as {', '.join(names[:8])}"
        else:
            accepted = "known: " + (", ".join(names) or "none")
        super().__init__(f"{kind}: unknown name ({name!r}); {accepted}", hint=hint)
        self.name = name
        self.nearest = tuple(near)


class MissingExtra(UsageError):
    """An optional package is not installed; `install` is the command line that brings it."""

    def __init__(self, what: str, package: str, install: str) -> None:
        super().__init__(f"{what}: needs the package {package!r}, which is not installed", hint=install)
        self.package = package
        self.install = install


class DataError(EvalscopeError):
    """Rows of a data set are missing or malformed."""


class DataNotFound(DataError):
    """The data set is not in any place that was searched."""


class MediaError(DataError):
    """A picture, a sound or a video is none of the formats, is broken or too large, or cannot be read."""


class ModelError(EvalscopeError):
    """No usable response came from the model."""

    attempts: int = 1
    """Number of requests that were made before it was given up."""


class RequestRefused(ModelError):
    """The endpoint refuses this request and would refuse it again (a 4xx other than 408, 409 and 429)."""

    def __init__(self, message: str, *, status: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class ContentFiltered(RequestRefused):
    """The endpoint's content filter refuses the request; that is no answer of the model's."""


class TransientError(ModelError):
    """A failure that a retry may mend. `retry_after` is the endpoint's own wish, in seconds."""

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.retry_after = retry_after


class ModelTimeout(ModelError):
    """No response came within the allowed time."""


class BudgetSpent(ModelError):
    """The request was not sent, because the budget of the run is spent."""

    attempts = 0


class ScorerError(EvalscopeError):
    """A completion that could not be scored."""


class SandboxError(ScorerError):
    """No sandbox is available, or it could not run a program; the program itself did nothing wrong."""


class EnvironmentFailed(EvalscopeError):
    """An environment did not start, broke, or gave no verdict; the model did nothing wrong, so there is no score."""


class StorageError(EvalscopeError):
    """Files of a run cannot be written or read, so it ends: going on would pay for completions that are lost."""


class GateError(EvalscopeError):
    """A gate that is not computed, so it neither passes nor fails."""


def one_line(error: BaseException) -> str:
    """Return what `error` says on one line; of what is not our own also its type, and the user's file and line.

    The message has at most 500 characters.
    """
    if not isinstance(error, EvalscopeError):
        return described(error)
    return " ".join(str(error).replace("\nhint:", "; hint:").split())[:500]


def described(error: BaseException) -> str:
    """Return type and message of an exception of others on one line, and where in the user's code it was raised.

    Of a group also its first exception.
    """
    made, place = named(error), ""
    inner = getattr(error, "exceptions", None)
    if isinstance(inner, tuple) and inner and isinstance(inner[0], BaseException):
        made, place = f"{made}; the first: {named(inner[0])}", where(inner[0])
    place = place or where(error)
    return f"{made} at {place}" if place else made


def named(error: BaseException) -> str:
    """Return type and message of an exception on one line of at most 500 characters, without control characters."""
    try:
        text = str(error)[:2000]
    except BaseException as failure:  # a user's own exception may fail at its own text
        if is_interrupt(failure):
            raise
        text = "(its text cannot be shown)"
    shown = "".join(each if each.isprintable() else " " for each in without_keys_of_environment(text))
    return " ".join(f"{type(error).__name__}: {shown}".split())[:500].removesuffix(":")


def where(error: BaseException) -> str:
    """Return file and line of the innermost frame of the user's own code that `error` passed through.

    That is the last frame that is neither ours nor a library's, of the error or of what caused it, else the last one of
    an installed package; empty without one. A file below the working directory is named from there.
    """
    return place_of([place for cause in reversed(causes_of(error)) for place in _passed(cause)])


def place_of(passed: Sequence[tuple[str, int]]) -> str:
    """Return the last of these files and lines that is neither ours nor a library's, as `where` does."""
    from pathlib import Path

    for owner in ("user", "package"):
        for file, line in reversed(passed):
            if owner_of(file) == owner:
                path = Path(file)
                return f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}:{line}"
    return ""


def causes_of(error: BaseException, *, contexts: bool = False) -> list[BaseException]:
    """Return an exception and what caused it, the latest first. `raise e from e` makes a circle, which is gone once.

    With `contexts`, what was being handled when an exception without a cause was raised led to it too.
    """
    made: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and not any(cause is each for each in made):
        made.append(cause)
        cause = cause.__cause__ or (cause.__context__ if contexts else None)
    return made


def _passed(error: BaseException) -> list[tuple[str, int]]:
    """Return file and line of each frame that an error passed through, the innermost last."""
    made, traceback = [], error.__traceback__
    while traceback is not None:
        made.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return made


@cache
def owner_of(file: str) -> str:
    """Return whose a source file is: `user`, `package` for an installed one, empty for ours and Python's own."""
    import sysconfig
    from pathlib import Path

    def is_in(*names: str) -> bool:
        return any(path.is_relative_to(Path(sysconfig.get_path(name)).resolve()) for name in names)

    path = Path(file).resolve()
    if file.startswith("<frozen ") or path.is_relative_to(Path(__file__).resolve().parent):
        return ""
    return "package" if is_in("purelib", "platlib") else "" if is_in("stdlib") else "user"


def traceback_of(error: BaseException | None) -> str:
    """Return the traceback from the first frame that is not ours on, causes included; empty without one.

    An error of ours is shown as what caused it.
    """
    import traceback

    if error is not None:
        causes = causes_of(error)
        error = next((each for each in causes if not isinstance(each, EvalscopeError)), causes[-1])
    begun = None if error is None else error.__traceback__
    while begun is not None and not owner_of(begun.tb_frame.f_code.co_filename):
        begun = begun.tb_next
    if error is None or begun is None:
        return ""
    return without_keys_of_environment("".join(traceback.format_exception(type(error), error, begun)).rstrip())


_VARIABLE = re.compile(r"(?i)(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_\w+)?$")
BLOT = "***"
"""Text in the place of a secret."""
SHORTEST = 8
"""Characters of the shortest secret: a placeholder such as "EMPTY" opens nothing."""
_PASSWORD = re.compile(r"(?i)PASS|SECRET|CREDENTIAL")
_WORD = re.compile(r"(?:[a-z]{0,12}|[A-Z]{0,12}|[A-Z][a-z]{0,11})\d{0,10}")
_LONGEST_WORDS = 32


def is_key(text: str) -> bool:
    """Return whether a text given as a key may open something: local servers accept any, such as "lm-studio".

    It does not where it is short, or is made of words alone: at most 32 characters, whose parts between signs have at
    most 12 letters of one case, with a vowel where there are five of them, and then digits that count from 1.
    """
    parts = re.split(r"[-_./: ]", text)
    return len(text) >= SHORTEST and not (len(text) <= _LONGEST_WORDS and all(map(_is_word, parts)))


def _is_word(part: str) -> bool:
    letters = part.rstrip("0123456789")
    if len(set(part)) == 1:  # xxxxxxxx
        return True
    pronounced = len(letters) < 5 or re.search("(?i)[aeiouy]", letters) is not None
    return bool(_WORD.fullmatch(part)) and pronounced and "1234567890".startswith(part[len(letters) :])


def keys_of_environment() -> set[str]:
    """Return the values of the environment variables that hold keys; a password may be a word, and a key is none."""
    values = {(name, value.strip()) for name, value in os.environ.items() if _VARIABLE.search(name)}
    return {text for name, text in values if is_key(text) or (len(text) >= SHORTEST and _PASSWORD.search(name))}


def without_keys_of_environment(text: str) -> str:
    """Return a text without the keys that the environment holds, as they are and as a URL spells them."""
    from urllib.parse import quote

    for key in keys_of_environment():
        text = text.replace(key, BLOT).replace(quote(key, safe=""), BLOT)
    return text


Outcome = tuple[Any, BaseException | None]
"""Pair of what a function returned and None; or of None and what it raised."""


def is_interrupt(error: BaseException) -> bool:
    """Return whether `error` is a real Ctrl-C. That arrives in the main thread; elsewhere it is one that was raised."""
    return isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def from_outside(error: BaseException) -> bool:
    """Return whether a coroutine's `error` comes from beyond it: a real Ctrl-C, or it was thrown away with its loop."""
    if isinstance(error, GeneratorExit):
        import asyncio  # here: pytest loads this module, and asyncio costs more than all of it

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return True
    return is_interrupt(error)


def outcome_of(function: Callable[..., Any], /, *args: Any) -> Outcome:
    """Call `function` in this thread and return what came of it; a real Ctrl-C is raised."""
    try:
        return function(*args), None
    except BaseException as error:  # others' code may raise anything
        if is_interrupt(error):
            raise
        return None, error
