"""Smoke set: short factual questions with open answers."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Packaged
from pytest_evalscope.scorers import includes
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with every answer that is accepted."""
    return Sample(id=row["id"], input=row["question"], target=tuple(row["answers"]))


BENCHMARK = Benchmark(
    name="smoke_facts",
    title="Smoke: short facts",
    description="30 questions that one word answers; the reply must contain an accepted answer as a whole word.",
    task_type="knowledge",
    tags=("en", "knowledge", "smoke"),
    licence="Apache-2.0",
    reference="written for this project; ships with it",
    data=Packaged("smoke/smoke_facts.jsonl"),
    sample=read,
    solve=chat(template="{input} Answer in one short sentence."),
    score=includes(),
    params={"temperature": 0.0, "max_tokens": 32},
)
