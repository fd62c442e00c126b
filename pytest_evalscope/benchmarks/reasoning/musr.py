"""MuSR: murder mysteries, placed objects and teams, in stories of a thousand words."""

import ast

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample

STORIES = {"murder_mysteries": 250, "object_placements": 256, "team_allocation": 250}


def read(row: Row) -> Sample:
    """Return the story and question with its options, which the data writes as a list in Python's notation."""
    choices = ast.literal_eval(row["choices"]) if isinstance(row["choices"], str) else row["choices"]
    right = int(row["answer_index"])
    if not 0 <= right < len(choices):
        raise ValueError(f"there is no option number {right}")
    return Sample(
        input=f"{row['narrative']}\n\n{row['question']}", choices=tuple(map(str, choices)), target=label_of(right)
    )


BENCHMARK = Benchmark(
    name="musr",
    version="2",  # how answers are read
    title="MuSR",
    description="756 questions on long stories of three kinds that take many steps of soft reasoning.",
    task_type="reasoning",
    tags=("en", "reasoning", "multiple_choice"),
    paper="arXiv:2310.16049",
    licence="MIT (the repository of the code)",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples)",
    data=Hub(
        "TAUR-Lab/MuSR",
        split="{subset}",
        subsets=tuple(STORIES),
        rows=STORIES,
        modelscope="AI-ModelScope/MuSR",
        revision="7c365b439a222150f317764d4f16ae6c96d7d94a",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
