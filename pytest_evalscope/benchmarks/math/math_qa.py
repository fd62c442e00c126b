"""MathQA: word problems with five options."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its options and the letter of the right one."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="math_qa",
    version="2",  # how answers are read
    title="MathQA",
    description="2,985 word problems of graduate admission tests with five options, from AQuA-RAT.",
    task_type="math",
    tags=("en", "math", "reasoning", "multiple_choice"),
    paper="arXiv:1905.13319",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples)",
    data=Hub("extraordinarylab/math-qa", split="test", rows=2985),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
