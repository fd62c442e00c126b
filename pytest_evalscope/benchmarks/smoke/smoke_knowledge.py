"""Smoke set: general knowledge in English and Chinese, four options each."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Packaged
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its four options and the letter of the right one."""
    return Sample(id=row["id"], input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="smoke_knowledge",
    title="Smoke: general knowledge",
    description="60 questions with four options, 30 each in English and Chinese, on facts that nobody disputes.",
    task_type="knowledge",
    tags=("en", "zh", "knowledge", "multiple_choice", "smoke"),
    subset_tags={"en": ("en",), "zh": ("zh",)},
    languages=("en", "zh"),
    licence="Apache-2.0",
    reference="written for this project; ships with it",
    data=Packaged("smoke/smoke_knowledge_{subset}.jsonl", subsets=("en", "zh")),
    sample=read,
    solve=multiple_choice(template="{question} Choose the right answer and repeat it with its letter.\n{choices}"),
    score=choice(),
    params={"temperature": 0.0, "max_tokens": 16},
)
