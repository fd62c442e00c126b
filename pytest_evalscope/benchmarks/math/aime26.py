"""AIME 2026: problems of a mathematics competition."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import AIME
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.text import extract_number
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the problem with its whole number, which copies of the set give as such or in a box."""
    answer = extract_number(str(row.get("answer") or row["solution"]))
    if answer is None or not answer.isdecimal():
        raise ValueError("the answer is no whole number")
    return Sample(id=str(row.get("id", "")), input=row["problem"], target=answer)


BENCHMARK = Benchmark(
    name="aime26",
    title="AIME 2026",
    description="30 problems of both American Invitational Mathematics Examinations of 2026; answers are 0 to 999.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    licence="unknown",
    reference="EvalScope 1.14 (prompt; a whole number is wanted)",
    data=Hub("math-ai/aime26", split="test", rows=30, modelscope="evalscope/aime26"),
    sample=read,
    solve=chat(template=AIME),
    score=number(),
    params={"temperature": 0.0},
)
