"""Spans of text against several accepted answers: exact match and F1 as DROP scores them.

D. Dua et al., arXiv:1903.00161, and its evaluation script (`drop_eval.py` of AllenNLP): an answer is one span or
several; spans are normalised, paired one to one so that the sum of their F1 is largest, and averaged. Numbers are read
more carefully than there: 12.5. is not 125, nor 1/3 the same as 13, and "3 touchdowns" is 3.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.text import clean, layers, regions
from pytest_evalscope.text.normal import straight
from pytest_evalscope.types import Completion, Context, Sample, Score

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARK = re.escape(string.punctuation)
_MARKS = re.compile(rf"(?<![0-9])[{_MARK}]|[{_MARK}](?![0-9])|(?<=[0-9])(?![./:,])[{_MARK}]")
"""Punctuation, that aside which divides the digits of a number, a fraction or a time."""
_DIVISION = re.compile(r"\s|(?<=[^\s(])-|-(?![0-9.])")
_NUMBER = re.compile(
    rf"[$€£(\"'*]{{0,8}}([+-]?)[$€£]?([0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]*)(\.[0-9]+)?(?<=[0-9])(?:[{_MARK}]{{0,8}})"
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?e\+?[0-9]{1,2}")
_UNIT = re.compile(
    r"(?:(?:by|exactly|only|they|he|she|it|scored|had|there|were|was|are|is|a|total|of|for) ){0,6}"
    r"(\S*[0-9]\S*)(?: (?!million|billion|trillion|thousand|hundred|dozen|and\b|or\b|to\b|of\b|out\b|more\b|less\b)"
    r"[^\W\d_][\w'/]*){1,6}"
)
_BETWEEN = re.compile(r"[;\n、&]|\s/\s|\s\(?[0-9]{1,2}[.)]\s|,(?![0-9]{3}(?![0-9]))|\band\b|\bor\b(?=\Z)")
_ASIDE = re.compile(r"\s{1,4}\([^()]{1,200}\)[.\s]{0,4}\Z")
_BULLET = re.compile(r"\s*(?:[-*•+]|\(?[0-9]{1,2}[.)])\s+")
_MOST = 64
"""Largest number of spans read from a completion."""
_LONGEST = 4000
"""Characters of an answer that are compared."""


@dataclass(frozen=True, slots=True)
class spans:  # noqa: N801 - it is called like a function in a benchmark's slots: `score=spans()`
    """F1 and exact match with the accepted answer that fits best, each in [0, 1].

    Accepted answers are the targets, one span each; answers of several spans are in the sample's metadata as `answers`,
    a list of lists. The answer that the completion states (`Answer: …`) counts, all of the completion when it states
    none. Against an answer of several spans it is read as one span and as a list ("x, y and z", a list of JSON, one
    span in a line, with bullets or numbers), and the better reading counts.
    """

    metrics: tuple[str, ...] = ("f1", "exact_match")

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        """Return the score of one completion. Raises ScorerError when no accepted answer has words."""
        targets = sample.targets
        answers = sample.metadata.get("answers") or [[target] for target in targets]
        answers = [answer for answer in answers if answer and answer[0].strip()]
        if not answers:
            raise ScorerError(f"spans: no accepted answer has words ({sample.target!r}); sample {sample.id}")
        region = next(regions(completion.text, sample.language))
        said = region.text.strip()[:_LONGEST]
        if not said:
            return Score(values=dict.fromkeys(self.metrics, 0.0), answer=None)
        lists = list(_lists(said, completion.text)) if any(len(answer) > 1 for answer in answers) else []
        bare = _bare(said)
        forms = (bare, _ASIDE.sub("", bare)) if bare.endswith(")") else (bare,)
        pairs = [
            _compare(reading, answer)
            for answer in answers
            for reading in ([[bare], *lists] if len(answer) > 1 else [[_counted(form, answer[0])] for form in forms])
        ]
        return Score(
            values={"f1": max(f1 for f1, _ in pairs), "exact_match": max(em for _, em in pairs)},
            answer=bare,
            explanation=f"{region.stage}, {region.where}",
        )


def _bare(said: str) -> str:
    """Return an answer without quotation marks and markup around it, and without the full stop behind it."""
    *_, bare = layers(said)
    return bare


def _lists(said: str, text: str) -> Iterator[list[str]]:
    """Yield the lists of spans that an answer may be: within itself, and one in each line from it on."""
    line = _ASIDE.sub("", _bare(said)).removeprefix("both ")
    yield _spans(_BETWEEN.split(line, maxsplit=_MOST - 1)) or [said]
    text = clean(text)
    start = text.rfind(said)
    if start >= 0:
        block = text[start : start + _LONGEST].partition("\n\n")[0]
        if "\n" in block:
            yield _spans(block.split("\n", _MOST - 1)) or [said]


def _spans(parts: Sequence[str]) -> list[str]:
    return [_bare(bare) for part in parts if (bare := _BULLET.sub("", part, 1).strip(" \t[]{}\"'"))]


def _counted(said: str, wanted: str) -> str:
    """Return the number of an answer such as "3 touchdowns" or "5 - 2 = 3" where one is wanted, else the answer."""
    if not _is_number(normalize_span(wanted)):
        return said
    sum_, _, result = said.rpartition("=")
    if any(map(str.isdigit, sum_)):
        said = result.strip()
    found = _UNIT.fullmatch(said.lower())
    return found[1] if found else said


def _compare(reading: Sequence[str], answer: Sequence[str]) -> tuple[float, float]:
    """Return F1, rounded to two digits as the script does, and exact match."""
    found, wanted = [normalize_span(span) for span in reading], [normalize_span(span) for span in answer]
    exact = set(found) == set(wanted) and len(found) == len(wanted)
    bags = [[_f1(set(one.split()), set(other.split())) for other in found] for one in wanted]
    return round(best_total(bags) / max(len(found), len(wanted)), 2), float(exact)


def normalize_span(text: str) -> str:
    """Return `text` in small letters without punctuation and articles, with numbers in one form.

    Hyphens divide words, but the minus of a number stays, and so does what divides the digits of a fraction.
    """
    words = []
    for word in _DIVISION.split(straight(text).lower()):
        if word.isalpha():
            words.append("" if word in ("a", "an", "the") else word)
        elif _SCIENTIFIC.fullmatch(word):
            sign, digits = "-" * word.startswith("-"), f"{abs(Decimal(word)):f}"
            whole, point, decimals = digits.partition(".")
            words.append(_one_form(sign, whole, point + decimals))
        elif number := _NUMBER.fullmatch(word):
            words.append(_one_form(*number.groups()))
        else:
            words += _ARTICLES.sub(" ", _MARKS.sub("", word)).split()
    return " ".join(filter(None, words))


def _one_form(sign: str, whole: str, decimals: str | None) -> str:
    digits = whole.replace(",", "").lstrip("0") or "0"
    behind = (decimals or ".")[1:].rstrip("0") or "0"
    return f"{'-' * (sign == '-' and (digits, behind) != ('0', '0'))}{digits}.{behind}"


def _is_number(word: str) -> bool:
    return word.removeprefix("-").replace(".", "", 1).isdigit()


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
