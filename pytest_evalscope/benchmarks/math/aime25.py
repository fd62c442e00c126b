"""AIME 2025: problems of a mathematics competition."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import AIME
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the problem with its whole number; copies of the set name the problem's field differently."""
    question = row["problem"] if "problem" in row else row["question"]
    return Sample(id=str(row.get("id", "")), input=question, target=str(row["answer"]).strip())


BENCHMARK = Benchmark(
    name="aime25",
    version="2",  # how answers are read
    title="AIME 2025",
    description="30 problems of both American Invitational Mathematics Examinations of 2025; answers are 0 to 999.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt; a whole number is wanted)",
    data=Hub(
        "math-ai/aime25",
        config="default",
        split="test",
        rows=30,
        modelscope="evalscope/aime25",
        revision="563bb8404243c5f09de6ec262f2db674fe5bce9b",
    ),
    sample=read,
    solve=chat(template=AIME),
    score=number(),
    params={"temperature": 0.0},
)
