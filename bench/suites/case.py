"""A case of somebody else's test suite, and the claim that stands in for a score while their test runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One reply with what their suite expects of it, in the terms of one of our scorers."""

    scorer: str
    """A name in `scoring.OURS`."""
    reply: str
    target: Any
    expected: Any = None
    """A value or a tuple of values, each in [0, 1], or a text."""
    choices: int = 0
    """The number of options, where options were offered."""
    language: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The options of their scorer, which the rules of `definitions` look at."""
    suite: str = ""
    place: str = ""
    """Their file and test function."""
    number: int = 0
    """From 1, within the suite."""

    @property
    def digest(self) -> str:
        """Eight characters that identify the case without a text of theirs."""
        said = repr((self.reply, self.target, self.expected))
        return hashlib.sha256(said.encode()).hexdigest()[:8]


class Claim:
    """Our score of a reply, before it is known what they expect: the comparison in their test makes a case of it.

    It is equal to whatever it is compared with, so that their test goes on.
    """

    def __init__(self, book: Book, case: Case, read: Callable[[Any], Any] = lambda expected: expected) -> None:
        self.book, self.case, self.read = book, case, read

    def __eq__(self, expected: object) -> bool:
        self.book.add(replace(self.case, expected=self.read(expected)))
        return True

    def __ne__(self, expected: object) -> bool:
        """Enter the opposite of a verdict; that another value is not ours makes no case."""
        value = self.read(expected)
        if value in (0, 1):
            self.book.add(replace(self.case, expected=1.0 - value))
        return True

    __hash__ = None  # type: ignore[assignment]  # what is equal to everything has no hash


class Book:
    """The cases of one suite in the order of their tests, and the tests that made none or ended early."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.place = ""
        self.cases: list[Case] = []
        self.left_out: dict[str, str] = {}

    def add(self, case: Case) -> None:
        """Enter a case at the place that is being run."""
        self.cases.append(replace(case, suite=self.suite, place=self.place, number=len(self.cases) + 1))

    def claim(
        self,
        scorer: str,
        reply: str,
        target: Any,
        read: Callable[[Any], Any] = lambda expected: expected,
        **fields: Any,
    ) -> Claim:
        """Return what their test compares in place of a score; `read` turns what it expects into values of ours."""
        return Claim(self, Case(scorer=scorer, reply=reply, target=target, **fields), read)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One suite of a repository."""

    name: str
    repository: str
    paths: tuple[str, ...]
    """The files and folders of the repository that are read."""
    collect: Callable[[Book, Path], None]
    """Enters the cases that it finds below a folder into the book."""
