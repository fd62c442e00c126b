"""SciQ: questions of science examinations, written by the crowd."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its four options."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="sciq",
    version="2",  # how answers are read
    title="SciQ",
    description="1,000 questions on the natural sciences with four options, written by the crowd.",
    task_type="knowledge",
    tags=("en", "knowledge", "science", "multiple_choice"),
    paper="arXiv:1707.06209",
    licence="CC-BY-NC-3.0",
    reference="EvalScope 1.14 (prompt without reasoning, the question without its supporting passage)",
    data=Hub("extraordinarylab/sciq", split="test", rows=1000),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
