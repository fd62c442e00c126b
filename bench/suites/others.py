"""Small suites of several repositories: NeMo-Skills, open-instruct, lm-evaluation-harness, EvalPlus and HELM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.suites.case import Book, Case, Claim, Suite
from bench.suites.playing import Nothing, play
from bench.suites.scoring import program_form

EQUAL = "tests/test_math_equal.py"
GROUND = "open_instruct/test_ground_truth_utils.py"
JAPANESE = "lm_eval/tasks/jfinqa/test_jfinqa_utils.py"
PROGRAMS = ("tests/test_treesitter_sanitizer.py", "tests/test_legacy_sanitizer.py")
REFERENCE = "src/helm/benchmark/metrics/test_evaluate_reference_metrics.py"


def equal(book: Book, root: Path) -> None:
    """Enter NeMo-Skills' pairs; their tests compare with `is`, so the test's name says what is expected."""

    def math_equal(gold: Any, reply: Any) -> bool:
        right = "incorrect" not in book.place
        book.add(Case(scorer="math", reply=str(reply), target=str(gold), expected=float(right)))
        return right

    play(book, root, EQUAL, {"math_equal": math_equal})


def verifiers(book: Book, root: Path) -> None:
    """Enter open-instruct's replies: a text, a text by its words, or a number."""

    def verifier(claim: Callable[[str, Any], Claim]) -> Callable[[], Any]:
        return lambda: partial(_scored, claim)  # a function would become a method of their class

    def text(reply: str, label: str) -> Claim:
        return book.claim("stated exactly", reply, [[label]], read=float, settings={"metric": "text"})

    def words(reply: str, labels: str | Sequence[str]) -> Claim:
        target = [[labels]] if isinstance(labels, str) else [[label] for label in labels]
        return book.claim(
            "stated words", reply, target, read=lambda f1: (float(f1 == 1), f1), settings={"metric": "words"}
        )

    def number(reply: str, label: str) -> Claim:
        return book.claim("number", reply, label, read=float)

    stand_ins = {
        "parameterized": _Parameterized,
        "PuzzleMatcherVerifier": verifier(text),
        "F1Verifier": verifier(words),
        "GSM8KVerifier": verifier(number),
    }
    play(book, root, GROUND, stand_ins)


def _scored(claim: Callable[[str, Any], Claim], _: Any, reply: str, label: Any) -> SimpleNamespace:
    return SimpleNamespace(score=claim(reply, label))


class _Parameterized:
    """Stands for the decorators of the package parameterized."""

    @staticmethod
    def expand(rows: Sequence[Sequence[Any]]) -> Callable[[Any], Any]:
        """Note the rows on the function, by the names of its parameters."""

        def decorated(function: Any) -> Any:
            names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
            function.parameters = [dict(zip(names, row, strict=True)) for row in rows]
            return function

        return decorated


def references(book: Book, root: Path) -> None:
    """Enter HELM's pairs of a gold and a reply."""

    def match(scorer: str, **settings: Any) -> Callable[[str, str], Claim]:
        def claim(gold: str, reply: str) -> Claim:
            target = gold if settings.get("location") != "final" else gold.removeprefix("The answer is ")
            return book.claim(scorer, reply, target, read=float, settings=settings)

        return claim

    stand_ins = {"exact_match": match("exact"), "final_number_exact_match": match("number", location="final")}
    play(book, root, REFERENCE, stand_ins)


def japanese(book: Book, root: Path) -> None:
    """Enter lm-evaluation-harness' readings of answers and numbers in JFinQA."""
    stand_ins = {
        "_extract_answer": lambda reply: book.claim("text", reply, "", language="ja"),
        "_try_parse_number": lambda reply: _Number(book, book.claim("number said", reply, "", language="ja").case),
    }
    play(book, root, JAPANESE, stand_ins)


class _Number(Claim):
    """A number: their tests look at the distance from what they expect."""

    def __sub__(self, expected: float) -> float:
        self.book.add(replace(self.case, expected=expected))
        return 0.0


def programs(book: Book, root: Path) -> None:
    """Enter EvalPlus' programs of which a function's part is kept."""

    def sanitize(reply: str, entry: str = "", entry_point: str = "") -> Any:
        entry = entry or entry_point
        return book.claim("program", reply, "", read=program_form, settings={"entry": entry}) if entry else Nothing()

    for file in PROGRAMS:
        play(book, root, file, {"sanitize": sanitize})


SUITES = (
    Suite(name="NeMo-Skills", repository="Skills", paths=(EQUAL,), collect=equal),
    Suite(name="open-instruct", repository="open-instruct", paths=(GROUND,), collect=verifiers),
    Suite(name="lm-evaluation-harness", repository="lm-evaluation-harness", paths=(JAPANESE,), collect=japanese),
    Suite(name="EvalPlus", repository="evalplus", paths=PROGRAMS, collect=programs),
    Suite(name="HELM", repository="helm", paths=(REFERENCE,), collect=references),
)
