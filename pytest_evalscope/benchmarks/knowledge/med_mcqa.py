"""MedMCQA: questions of medical entrance examinations in India."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its four options."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="med_mcqa",
    version="2",  # how answers are read
    title="MedMCQA",
    description="4,183 questions of medical entrance examinations in India, from 21 subjects, with four options.",
    task_type="knowledge",
    tags=("en", "knowledge", "medicine", "multiple_choice"),
    paper="arXiv:2203.14371",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub("extraordinarylab/medmcqa", split="validation", few_shot_split="train", rows=4183),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
