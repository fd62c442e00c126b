"""QASC: science questions whose answer takes two facts put together."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its eight options and the letter of the right one."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="qasc",
    version="2",  # how answers are read
    title="QASC",
    description="926 science questions of grade school with eight options, each answered by two facts together.",
    task_type="reasoning",
    tags=("en", "reasoning", "science", "multiple_choice"),
    paper="arXiv:1910.11473",
    licence="CC-BY-4.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub("extraordinarylab/qasc", split="validation", rows=926),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
