"""HMMT February 2025: problems of the Harvard-MIT Mathematics Tournament."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import PROBLEM, problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import math
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the problem with its expression."""
    return problem(str(row["problem"]).strip(), str(row["answer"]).strip())


BENCHMARK = Benchmark(
    name="hmmt25",
    version="2",  # how answers are read
    title="HMMT February 2025",
    description="30 problems of the Harvard-MIT Mathematics Tournament of February 2025, as MathArena keeps them.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    paper="arXiv:2505.23281",
    licence="CC-BY-NC-SA-4.0",
    reference="EvalScope 1.14 (prompt); math-verify (equality of expressions)",
    data=Hub("MathArena/hmmt_feb_2025", split="train", rows=30, modelscope="evalscope/hmmt_feb_2025"),
    sample=read,
    solve=chat(template=PROBLEM),
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
