"""PIQA: which of two ways reaches a practical goal."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the goal with its two ways; the copy on ModelScope has question, choices and answer."""
    if "choices" in row:
        return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])
    return Sample(input=row["goal"], choices=(row["sol1"], row["sol2"]), target={"0": "A", "1": "B"}[str(row["label"])])


BENCHMARK = Benchmark(
    name="piqa",
    version="2",  # how answers are read
    title="PIQA",
    description="1,838 practical goals with two ways to reach them, of which one works.",
    task_type="reasoning",
    tags=("en", "reasoning", "commonsense", "multiple_choice"),
    paper="arXiv:1911.11641",
    licence="AFL-3.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub("ybisk/piqa", config="plain_text", split="validation", rows=1838, modelscope="extraordinarylab/piqa"),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
