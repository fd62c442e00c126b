"""lighteval's tests of extraction, and its table of metrics with expected values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bench.suites.case import Book, Case, Suite
from bench.suites.playing import Nothing, play

EXTRACTION = "tests/unit/metrics/test_extractive_match.py"
METRICS = "tests/unit/metrics/test_cases"
CODES = {
    "ENGLISH": "en",
    "FRENCH": "fr",
    "CHINESE": "zh",
    "ARABIC": "ar",
    "HINDI": "hi",
    "GERMAN": "de",
    "SPANISH": "es",
    "RUSSIAN": "ru",
}
LETTER = re.compile(r"(?<![A-Za-z])[A-D](?![A-Za-z])")
SCORERS = {
    "exact_match": "exact", "gpqa_instruct_metric": "choice", "gpqa_instruct_pass_at_k": "choice",
    "expr_gold_metric": "math", "g_pass_at_k": "exact", "pass_at_k": "exact", "g_pass_at_k_math": "math",
    "g_pass_at_k_latex": "math", "pass_at_k_math": "math", "avg_at_k": "exact", "avg_at_k_math": "math",
    "drop": "spans", "f1_score": "spans", "pass_at_k_letters": "exact",
}  # fmt: skip
"""Their metric → our scorer."""


class Languages:
    """Stands for their enumeration of languages: a member is its code."""

    def __getattr__(self, name: str) -> str:
        return CODES.get(name, "")


def collect(book: Book, root: Path) -> None:
    """Enter the cases of extraction, and of the metrics those that say of every reply whether it is right."""

    def compare(
        gold: str, reply: str, language: str = "en", match_types: Any = ("latex", "expr"), precision: int = 6
    ) -> Any:
        settings = {"match_types": tuple(match_types), "precision": precision}
        if "NativeLetters" in match_types:
            letter = LETTER.search(gold)
            assert letter
            return book.claim("choice", reply, letter[0], read=float, choices=4, language=language, settings=settings)
        return book.claim("math", reply, gold, read=float, language=language, settings=settings)

    play(book, root, EXTRACTION, {"compare_strings": compare, "Language": Languages()})
    play(book, root, "tests/test_unit_base_metrics.py", {"ExactMatches": partial(_Exact, book)})
    for metric, scorer in SCORERS.items():
        file = root / METRICS / f"{metric}.json"
        for test in json.loads(file.read_text("utf-8"))["test_cases"] if file.is_file() else ():
            book.place = f"{METRICS}/{metric}.json::{test['name']}"
            before = len(book.cases)
            for case in _of_metric(test, scorer):
                book.add(case)
            if len(book.cases) == before:
                book.left_out[book.place] = "does not say of a single reply whether it is right"


class _Exact:
    """Stands for their comparison of two texts, as they are or in a normal form."""

    def __init__(self, book: Book, normalize_gold: Any = None, type_exact_match: str = "full", **_: Any) -> None:
        self.book, self.scorer = book, "exact" if normalize_gold is None else "exact span"
        self.settings = {"match": type_exact_match}

    def compute_one_item(self, gold: str, reply: str) -> Any:
        """Return a claim that the reply is the gold; one about its beginning has no counterpart of ours."""
        if self.settings["match"] != "full":
            return Nothing()
        return self.book.claim(self.scorer, reply, [[gold]] if "span" in self.scorer else gold, read=float)


def _of_metric(test: Mapping[str, Any], scorer: str) -> Iterator[Case]:
    doc, values = test["doc"], list(test["expected_output"].values())
    index = doc["gold_index"]
    golds = [doc["choices"][each] for each in ([index] if isinstance(index, int) else index)]
    settings = {"metric": test["metric_class"], **test.get("metric_params", {})}
    replies = test["model_response"].get("text", [])[: settings.get("n") or settings.get("k")]
    if scorer == "spans":
        answers = doc.get("specific", {}).get("golds_no_preprocessing") or golds
        spans = [[each] if isinstance(each, str) else list(each) for each in answers]
        expected = tuple(values) if len(values) == 2 else (float(values[0] == 1), values[0])
        yield Case(scorer=scorer, reply=replies[0], target=spans, expected=expected, settings=settings)
    elif golds and set(values) in ({0}, {1}):  # then every reply is wrong; or every one is right, unless k of n are
        choices = len(doc["choices"]) if scorer == "choice" else 0
        target = golds[0].strip() if choices else tuple(golds)
        for reply in replies if not values[0] or settings.get("k", 1) == 1 or len(values) > 1 else ():
            yield Case(
                scorer=scorer, reply=reply, target=target, expected=values[0], settings=settings, choices=choices
            )  # fmt: skip


SUITE = Suite(
    name="lighteval",
    repository="lighteval",
    paths=("tests/unit/metrics", "tests/test_unit_base_metrics.py"),
    collect=collect,
)
