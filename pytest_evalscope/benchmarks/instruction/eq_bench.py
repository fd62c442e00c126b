"""EQ-Bench: how strongly will somebody in a dialogue feel each of four emotions."""

import ast
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.text import clean
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

# From an emotion to its rating: `**Sad**: 8`, `Sad - 8`, `| Sad | 8 |`, `"sad": {"score": 8}`, `Sad (8)`, `Sad 8`.
_BETWEEN = (
    r"(?P<between>(?:[\s\"'*_`|<>{}()\[\]:=#,~]|->|→|\s[-–—](?=\s)"
    r"|\b(?:is|score|rating|rated|intensity|level|value)\b){1,24})"
)
_RATING = r"(?P<rating>[0-9]{1,3}(?:\.[0-9]{1,6})?)(?![0-9]|\.[0-9]|[-–—:][0-9]|\s?%)"
_SCALE = r"(?:\s?(?:/|out\sof)\s?10\b(?!\.[0-9]))?(?!\s?(?:/|out\sof)\s?[0-9])"
_TIES = frozenset(":=|-–—→")
_CELL = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,6})?)(?:\s?/\s?10)?")
_REVISED = re.compile(r"revised\s(?:scores|ratings)", re.IGNORECASE)
_MARKUP = str.maketrans("", "", "*#")
_MOST = 20_000
"""Characters at the end of a completion that are looked at."""
_ADJUST = 0.7477
"""Makes random answers score 0."""


@dataclass(frozen=True, slots=True)
class _Ratings:
    """The full-scale score of version 2, divided by 100: 1 for the reference's ratings, about 0 for random ones.

    10 minus 0.7477 times the sum of the four differences d, of which those up to 5 count 6.5 / (1 + e^(-1.2 (d - 4)))
    and others as they are (S. Paech, arXiv:2312.06281, v2; lib/scoring.py of EQ-bench/EQ-Bench), here divided by 10. A
    completion far off scores below 0. One that does not rate all four emotions from 0 to 10 scores 0; the authors
    request it again and leave it out of the mean.
    """

    metrics: tuple[str, ...] = ("eq_bench_score",)

    def __call__(self, sample: Sample, completion: Completion, context: Context) -> Score:
        wanted: Mapping[str, float] = sample.metadata["ratings"]
        rated = ratings(completion.text, wanted)
        if not rated:
            return Score(values=dict.fromkeys(self.metrics, 0.0), answer=None)
        differences = math.fsum(_scaled(abs(rated[name] - rating)) for name, rating in wanted.items())
        return Score(
            values={"eq_bench_score": 1 - _ADJUST * differences / 10},
            answer=", ".join(f"{name}: {rating:g}" for name, rating in rated.items()),
        )


def ratings(text: str, emotions: Collection[str]) -> dict[str, float]:
    """Return the rating of every emotion (names in small letters), from 0 to 10; none unless all are rated.

    Revised scores count where all are there, else those of the first pass; of several in one part the last. Names and
    ratings are in pairs, in whatever writing, or the cells of a table's first and last row.
    """
    text = clean(text)[-_MOST:].translate(_MARKUP)
    *first, revised = _REVISED.split(text)
    for part in (revised, "\n".join(first)):
        pairs = list(_pattern(tuple(emotions)).finditer(part))
        for found in (
            {pair["name"].lower(): float(pair["rating"]) for pair in pairs if not _TIES.isdisjoint(pair["between"])},
            {pair["name"].lower(): float(pair["rating"]) for pair in pairs},
            _table(part, emotions),
        ):
            if all(0 <= found.get(name, -1) <= 10 for name in emotions):
                return {name: found[name] for name in emotions}
    return {}


@cache
def _pattern(emotions: Sequence[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(emotions, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?P<name>{names}){_BETWEEN}{_RATING}{_SCALE}", re.IGNORECASE)


def _table(text: str, emotions: Collection[str]) -> dict[str, float]:
    """Return the ratings of a table whose columns are the emotions."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.split("\n") if "|" in line]
    heads = [cell.lower() for cell in rows[0]] if rows else []
    if not rows or len(rows[-1]) != len(heads) or not set(emotions).issubset(heads):
        return {}
    columns = dict(zip(heads, rows[-1], strict=True))
    cells = {name: _CELL.fullmatch(columns[name]) for name in emotions}
    return {name: float(cell[1]) for name, cell in cells.items() if cell}


def _scaled(difference: float) -> float:
    if 0 < difference <= 5:
        return 6.5 / (1 + math.exp(-1.2 * (difference - 4)))
    return difference


def read(row: Row) -> Sample:
    """Return the question with the ratings of version 2, which a row has as a Python or JSON dictionary in text."""
    reference = _dictionary(row["reference_answer_fullscale"])
    ratings = {str(reference[f"emotion{n}"]).lower(): float(reference[f"emotion{n}_score"]) for n in range(1, 5)}
    if len(ratings) != 4:
        raise ValueError(f"repeated emotion ({', '.join(ratings)})")
    return Sample(
        input=str(row["prompt"]).strip(),
        target="\n".join(f"{name.capitalize()}: {rating:g}" for name, rating in ratings.items()),
        metadata={"ratings": ratings},
    )


def _dictionary(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value.strip().strip('"'))
        except SyntaxError as error:
            raise ValueError(f"the reference is no dictionary ({error.msg})") from None
    if not isinstance(value, Mapping):
        raise ValueError(f"the reference is no dictionary ({type(value).__name__})")
    return value


BENCHMARK = Benchmark(
    name="eq_bench",
    version="2",  # how answers are read
    title="EQ-Bench",
    description=(
        "171 dialogues: how strongly a person will feel each of four emotions, from 0 to 10. Version 2, English, "
        "without revision; the score is the authors' divided by 100."
    ),
    task_type="instruction_following",
    tags=("en", "instruction", "emotion"),
    paper="arXiv:2312.06281",
    licence="MIT",
    reference="EQ-bench/EQ-Bench, lib/scoring.py (score); the prompts are in the data",
    data=Hub("pbevan11/EQ-Bench", split="validation", rows=171, modelscope="evalscope/EQ-Bench"),
    sample=read,
    score=_Ratings(),
    params={"temperature": 0.0},
)
