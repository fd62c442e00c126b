"""GPQA Diamond: questions that experts answer and others cannot look up."""

import hashlib
import random

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its four options in an order that depends on the question alone."""
    wrong = [row[f"Incorrect Answer {number}"].strip() for number in (1, 2, 3)]
    right = row["Correct Answer"].strip()
    options = [*wrong, right]
    # The order of EvalScope 1.14, so that the completions to both are comparable one by one.
    digest = hashlib.sha256(row["Question"].strip().encode()).digest()
    random.Random(int.from_bytes(digest[:8], "big")).shuffle(options)  # noqa: S311  # an order, no secret
    return Sample(
        id=row.get("Record ID") or "",
        input=row["Question"],
        choices=tuple(options),
        target=label_of(options.index(right)),
    )


BENCHMARK = Benchmark(
    name="gpqa_diamond",
    version="2",  # how answers are read
    title="GPQA Diamond",
    description="198 questions on biology, physics and chemistry that experts agree on and that others cannot look up.",
    task_type="knowledge",
    tags=("en", "knowledge", "science", "reasoning", "multiple_choice"),
    paper="arXiv:2311.12022",
    licence="CC-BY-4.0",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples, order of the options)",
    data=Hub(
        "Idavidrein/gpqa",
        config="gpqa_diamond",
        split="train",
        rows=198,
        modelscope="AI-ModelScope/gpqa_diamond",
        revision="5233cd1db58884ed0bf678c7c6be731722a23f84",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
