"""MATH-500: 500 problems of the MATH test set."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import BOXED, problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import math
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

LEVELS = {"Level 1": 43, "Level 2": 90, "Level 3": 105, "Level 4": 128, "Level 5": 134}


def read(row: Row) -> Sample:
    """Return the problem with its expression; a file of the MATH data names it."""
    return problem(row["problem"], row["answer"], id=row["unique_id"])


BENCHMARK = Benchmark(
    name="math_500",
    version="2",  # how answers are read
    title="MATH-500",
    description="500 problems of mathematics competitions in five levels, drawn from the test set of MATH.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    paper="arXiv:2305.20050",
    licence="MIT",
    reference="EvalScope 1.14 (prompt, no few-shot examples); math-verify (equality of expressions)",
    data=Hub(
        "HuggingFaceH4/MATH-500",
        split="test",
        subsets=tuple(LEVELS),
        subset_field="level",
        subset_prefix="Level ",
        rows=LEVELS,
        modelscope="AI-ModelScope/MATH-500",
    ),
    sample=read,
    solve=chat(template=BOXED),
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
