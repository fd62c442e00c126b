"""OpenCompass' tests of its post-processors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.suites.case import Book, Claim, Suite
from bench.suites.playing import Nothing, play
from bench.suites.scoring import program_form

FILES = ("utils/test_text_postprocessors.py", "datasets/test_bbh.py", "datasets/test_humaneval.py")


def collect(book: Book, root: Path) -> None:
    """Enter the cases of the functions that read a letter, a number, a text or a program."""
    processors = _Processors(book)
    stand_ins = {
        "text_postprocessors": processors,
        "bbh_freeform_postprocess": lambda reply: _Answer(book, book.claim("bbh", reply, "").case),
        "BBHEvaluator": lambda: _Evaluator(book),
        "humaneval_postprocess_v2": lambda reply: _program(book, reply, "first"),
        "humaneval_postprocess_v3": lambda reply: _program(book, reply, "last"),
    }
    for file in FILES:
        play(book, root, f"tests/{file}", stand_ins)


def _program(book: Book, reply: str, block: str) -> Any:
    return book.claim("program", reply, "", read=program_form, settings={"block": block})


class _Processors(Nothing):
    """Stands for their module; a function that has no counterpart of ours is nothing."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def first_option_postprocess(self, reply: str, options: str, **_: Any) -> Any:
        """Return the first option of a reply."""
        return self.book.claim("letters", reply, "", choices=len(options), settings={"location": "first"})

    def last_option_postprocess(self, reply: str, options: str, **_: Any) -> Any:
        """Return the last option of a reply."""
        return self.book.claim("letters", reply, "", choices=len(options), settings={"location": "last"})

    def multiple_select_postprocess(self, reply: str) -> Any:
        """Return every option of a reply."""
        return self.book.claim("letters", reply, "", choices=4, settings={"location": "all"})

    def first_number_postprocess(self, reply: str) -> Any:
        """Return the first number of a reply."""
        return self.book.claim("number said", reply, "", settings={"location": "first"})

    def extract_non_reasoning_content(self, reply: str) -> Any:
        """Return what a reply says after its reasoning."""
        return self.book.claim("without reasoning", reply, "")


class _Answer(Claim):
    """The answer that a reply gives: compared with theirs, it is the case of a reply that is right with this target."""

    def __eq__(self, expected: object) -> bool:
        self.book.add(replace(self.case, target=expected, expected=1.0))
        return True

    __hash__ = None


class _Evaluator:
    """Stands for their evaluator of BBH's free answers."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def score(self, predictions: list[str], references: list[str]) -> Any:
        """Return a score that makes a case of every prediction, all of them right or all of them wrong."""
        claims = [
            self.book.claim("bbh", reply, target, read=lambda expected: float(expected) / 100)
            for reply, target in zip(predictions, references, strict=True)
        ]
        return {"score": _All(claims), "details": Nothing()}


class _All:
    def __init__(self, claims: list[Any]) -> None:
        self.claims = claims

    def __eq__(self, expected: object) -> bool:
        return all(claim == expected for claim in self.claims)

    __hash__ = None  # type: ignore[assignment]  # as a claim


SUITE = Suite(name="OpenCompass", repository="opencompass", paths=("tests",), collect=collect)
