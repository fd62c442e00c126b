"""Smoke set: word problems of one to three steps of arithmetic."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Packaged
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

TEMPLATE = """Question: Ana has 3 pens and buys 4 more. How many pens does she have?
Answer: 3 + 4 = 7. The answer is 7.

Question: {input}
Answer:"""
"""The example shows small models the form; they go on with questions of their own, hence the stop."""


def read(row: Row) -> Sample:
    """Return the question with its number; the row also holds the expression that gives it."""
    return Sample(id=row["id"], input=row["question"], target=row["answer"])


BENCHMARK = Benchmark(
    name="smoke_arithmetic",
    title="Smoke: arithmetic",
    description="60 word problems with whole numbers: 30 of one step, 20 of two, 10 of three.",
    task_type="math",
    tags=("en", "math", "smoke"),
    licence="Apache-2.0",
    reference="written for this project; ships with it",
    data=Packaged("smoke/smoke_arithmetic.jsonl"),
    sample=read,
    solve=chat(template=TEMPLATE),
    score=number(),
    params={"temperature": 0.0, "max_tokens": 64, "stop": ["\nQuestion:"]},
)
