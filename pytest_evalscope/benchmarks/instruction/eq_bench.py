"""EQ-Bench: how strongly will somebody in a dialogue feel each of four emotions."""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.types import Completion, Context, Row, Sample, Score

_RATING = re.compile(r"\b([^\W\d_]+)\s{0,4}:\s{0,4}(\d{1,3}(?:\.\d{1,6})?)\b")
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
        said = {name.lower(): float(rating) for name, rating in _RATING.findall(re.sub(r"[*#]", "", completion.text))}
        rated = {name: said[name] for name in wanted if name in said and said[name] <= 10}
        if len(rated) < len(wanted):
            return Score(values=dict.fromkeys(self.metrics, 0.0), answer=None)
        differences = math.fsum(_scaled(abs(rated[name] - rating)) for name, rating in wanted.items())
        return Score(
            values={"eq_bench_score": 1 - _ADJUST * differences / 10},
            answer=", ".join(f"{name}: {rating:g}" for name, rating in rated.items()),
        )


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
