"""Math-Verify's tests of `parse` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.suites.case import Book, Suite
from bench.suites.playing import play

FILES = (
    "test_all", "test_boxed", "test_numina_cases", "test_open_thoughts", "test_strict", "test_string_extraction",
    "test_yujianll",
)  # fmt: skip


def collect(book: Book, root: Path) -> None:
    """Enter what is compared: two expressions, or the letter that is found in a reply."""

    def verify(gold: str, reply: str, **settings: Any) -> Any:
        return book.claim("math", reply, gold, read=float, settings=settings)

    def parse(reply: str, targets: Any = ()) -> Any:
        strings = [target for target in targets or () if isinstance(target, Strings)]
        return book.claim("letters", reply, "", read=_letter, choices=strings[0].count) if strings else reply

    stand_ins = {
        "compare_strings": verify,
        "verify": verify,
        "parse": parse,
        "StringExtractionConfig": Strings,
        "int": lambda value: value,
    }
    for file in FILES:
        play(book, root, f"tests/{file}.py", stand_ins)


class Strings:
    """Stands for the texts that may be found: letters."""

    def __init__(self, strings: tuple[str, ...] = ("D",), lowercase: bool = True) -> None:
        self.count = ord(max(strings)) - ord("A") + 1


def _letter(expected: list[str]) -> str:
    return expected[-1] if expected else ""


SUITE = Suite(name="Math-Verify", repository="Math-Verify", paths=("tests",), collect=collect)
