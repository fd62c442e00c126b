"""Spans of text against several accepted answers: exact match and F1 as DROP scores them.

D. Dua et al., arXiv:1903.00161, and its evaluation script (`drop_eval.py` of AllenNLP): an answer is one span or
several; spans are normalised, paired one to one so that the sum of their F1 is largest, and averaged.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.text import extract_text
from pytest_evalscope.types import Completion, Context, Sample, Score

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_BETWEEN = re.compile(r"[,;\n]|\band\b")
_MOST = 64
"""Largest number of spans read from a completion."""


@dataclass(frozen=True, slots=True)
class spans:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=spans()`
    """F1 and exact match with the accepted answer that fits best, each in [0, 1].

    Accepted answers are the targets, one span each; answers of several spans are in the sample's metadata as `answers`,
    a list of lists. The answer that the completion states (`Answer: …`) counts, all of the completion when it states
    none. Against an answer of several spans it is read as one span and as a list ("x, y and z"), and the better reading
    counts.
    """

    metrics: tuple[str, ...] = ("f1", "exact_match")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError when no accepted answer has words."""
        targets = sample.targets
        answers = sample.metadata.get("answers") or [[target] for target in targets]
        answers = [answer for answer in answers if answer and answer[0].strip()]
        if not answers:
            raise ScorerError(f"spans: no accepted answer has words ({sample.target!r}); sample {sample.id}")
        said = extract_text(completion.text) or completion.text.strip()
        if not said:
            return Score(values=dict.fromkeys(self.metrics, 0.0), answer=None)
        pairs = [_compare(reading, answer) for answer in answers for reading in _readings(said, len(answer))]
        return Score(values={"f1": max(f1 for f1, _ in pairs), "exact_match": max(em for _, em in pairs)}, answer=said)


def _readings(said: str, spans_wanted: int) -> list[list[str]]:
    if spans_wanted == 1:
        return [[said]]
    parts = [part.strip() for part in _BETWEEN.split(said, maxsplit=_MOST - 1)]
    return [[said], [part for part in parts if part] or [said]]


def _compare(reading: Sequence[str], answer: Sequence[str]) -> tuple[float, float]:
    """Return F1, rounded to two digits as the script does, and exact match."""
    found, wanted = [normalize_span(span) for span in reading], [normalize_span(span) for span in answer]
    exact = set(found) == set(wanted) and len(found) == len(wanted)
    bags = [[_f1(set(one.split()), set(other.split())) for other in found] for one in wanted]
    return round(best_total(bags) / max(len(found), len(wanted)), 2), float(exact)


def normalize_span(text: str) -> str:
    """Return `text` in small letters without punctuation and articles, numbers as floats; hyphens divide words."""
    words = []
    for word in re.split("[ -]", text.lower()):
        bare = word if _is_number(word) else word.translate(_NO_PUNCTUATION)
        bare = str(float(bare)) if _is_number(bare) else bare
        words += _ARTICLES.sub(" ", bare).split()
    return " ".join(words)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _f1(wanted: set[str], found: set[str]) -> float:
    numbers = {word for word in wanted if _is_number(word)}
    if numbers and numbers.isdisjoint(found):
        return 0.0  # a wrong number is not made better by right words around it
    common = len(wanted & found)
    precision = common / len(found) if found else 1.0
    recall = common / len(wanted) if wanted else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def best_total(weights: Sequence[Sequence[float]]) -> float:
    """Return the largest sum of weights no two of which share a row or column, as many as the shorter side.

    The Hungarian algorithm with potentials, O(r² · c) for r rows and c columns (r ≤ c; else it is transposed).
    """
    if len(weights) > len(weights[0]):
        weights = list(zip(*weights, strict=True))
    rows, columns = len(weights), len(weights[0])
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    row_at = [0] * (columns + 1)  # the row that a column is paired with, from 1; column 0 has the row to be placed
    for row in range(1, rows + 1):
        row_at[0], column = row, 0
        slack, came_from, seen = [math.inf] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while row_at[column]:
            seen[column], here = True, row_at[column]
            open_columns = [other for other in range(1, columns + 1) if not seen[other]]
            for other in open_columns:
                cost = -weights[here - 1][other - 1] - of_row[here] - of_column[other]
                if cost < slack[other]:
                    slack[other], came_from[other] = cost, column
            column = min(open_columns, key=slack.__getitem__)
            step = slack[column]
            for other in range(columns + 1):
                if seen[other]:
                    of_row[row_at[other]] += step
                    of_column[other] -= step
                else:
                    slack[other] -= step
        while column:
            row_at[column] = row_at[came_from[column]]
            column = came_from[column]
    return math.fsum(weights[row - 1][column - 1] for column, row in enumerate(row_at) if column and row)
