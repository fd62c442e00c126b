"""IFEval's official tests of its instructions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.suites.case import Book, Case, Suite
from bench.suites.playing import Assertions, Nothing, play

FOLDER = "instruction_following_eval"
INSTRUCTIONS = {
    "ResponseLanguageChecker": "language:response_language",
    "NumberOfSentences": "length_constraints:number_sentences",
    "PlaceholderChecker": "detectable_content:number_placeholders",
    "BulletListChecker": "detectable_format:number_bullet_lists",
    "ConstrainedResponseChecker": "detectable_format:constrained_response",
    "HighlightSectionChecker": "detectable_format:number_highlighted_sections",
    "SectionChecker": "detectable_format:multiple_sections",
    "ParagraphChecker": "length_constraints:number_paragraphs",
    "PostscriptChecker": "detectable_content:postscript",
    "KeywordChecker": "keywords:existence",
    "KeywordFrequencyChecker": "keywords:frequency",
    "NumberOfWords": "length_constraints:number_words",
    "JsonFormat": "detectable_format:json_format",
    "ParagraphFirstWordCheck": "length_constraints:nth_paragraph_first_word",
    "ForbiddenWords": "keywords:forbidden_words",
    "TwoResponsesChecker": "combination:two_responses",
    "RepeatPromptThenAnswer": "combination:repeat_prompt",
    "EndChecker": "startend:end_checker",
    "TitleChecker": "detectable_format:title",
    "LetterFrequencyChecker": "keywords:letter_frequency",
    "CapitalLettersEnglishChecker": "change_case:english_capital",
    "LowercaseLettersEnglishChecker": "change_case:english_lowercase",
    "CommaChecker": "punctuation:no_comma",
    "CapitalWordFrequencyChecker": "change_case:capital_word_frequency",
    "QuotationChecker": "startend:quotation",
}
"""The class of each instruction of theirs, and its name in the data."""


class _Checker:
    """Stands for an instruction of theirs: its arguments are given first, then replies are checked."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name
        self.arguments: dict[str, Any] = {}

    def build_description(self, **arguments: Any) -> Any:
        """Keep the arguments."""
        self.arguments = arguments
        return Nothing()

    def check_following(self, reply: str) -> Any:
        """Return a claim that the reply follows the instruction."""
        return self.book.claim("instruction", reply, self.name, read=float, settings=dict(self.arguments))

    def get_instruction_args(self) -> None:
        """Return no arguments: their test of these is no case."""


class _Parameterized:
    """Stands for absl's decorators."""

    TestCase = Assertions

    @staticmethod
    def named_parameters(*sets: Any) -> Callable[[Any], Any]:
        """Note the sets of parameters on the function."""

        def decorated(function: Any) -> Any:
            given = sets[0] if len(sets) == 1 and isinstance(sets[0], list) else sets
            function.parameters = [
                {name: value for name, value in each.items() if name != "testcase_name"} for each in given
            ]
            return function

        return decorated


class _Instructions:
    """Stands for their module of instructions."""

    _COMPARISON_RELATION = ("less than", "at least")
    _POSTSCRIPT_MARKER = ("P.S.", "P.P.S")

    def __init__(self, book: Book) -> None:
        self.book = book

    def __getattr__(self, name: str) -> Any:
        if name not in INSTRUCTIONS:
            return Nothing()
        return lambda *_: _Checker(self.book, INSTRUCTIONS[name])


class _Utilities(Nothing):
    """Stands for their module of utilities."""

    def __init__(self, book: Book) -> None:
        self.count_sentences = lambda reply: book.claim("sentences", reply, "")
        self.count_words = lambda reply: book.claim("words", reply, "")


def collect(book: Book, root: Path) -> None:
    """Enter every reply that an instruction of the published data is checked on, and the counts of sentences."""
    stand_ins = {
        "parameterized": _Parameterized,
        "instructions": _Instructions(book),
        "instructions_util": _Utilities(book),
    }
    for file in ("instructions_test", "instructions_util_test"):
        play(book, root, f"{FOLDER}/{file}.py", stand_ins)


def replies(book: Book, root: Path) -> None:
    """Enter the stored replies of GPT-4 with the verdicts of the official program, strict and loose."""
    asked = {row["prompt"]: row["kwargs"] for row in _lines(root / FOLDER / "data/input_data.jsonl")}
    for form in ("strict", "loose"):
        book.place = f"{FOLDER}/data/eval_results_{form}.jsonl"
        for row in _lines(root / book.place):
            arguments = [
                {name: value for name, value in each.items() if value is not None} for each in asked[row["prompt"]]
            ]
            book.add(
                Case(
                    scorer="instructions", reply=row["response"], settings={"loose": form == "loose"},
                    target=list(zip(row["instruction_id_list"], arguments, strict=True)),
                    expected=tuple(map(float, row["follow_instruction_list"])),
                )
            )  # fmt: skip


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


DATA = tuple(f"{FOLDER}/data/{name}.jsonl" for name in ("input_data", "eval_results_strict", "eval_results_loose"))
TESTS = (f"{FOLDER}/instructions_test.py", f"{FOLDER}/instructions_util_test.py")
REPOSITORY = "instruction_following_at_scale"
"""It has the folder of google-research, which is too large to be at hand."""
SUITES = (
    Suite(name="IFEval", repository=REPOSITORY, paths=TESTS, collect=collect),
    Suite(name="IFEval (replies)", repository=REPOSITORY, paths=DATA, collect=replies),
)
