"""Minerva-Math: problems of science courses at a university."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import BOXED, boxed, problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import math
from pytest_evalscope.solvers import chat
from pytest_evalscope.text.answers.notation import without_python
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the problem with the expression that its solution boxes, in TeX where that is written as in Python."""
    return problem(row["problem"], without_python(boxed(row["solution"])), id=str(row.get("idx", "")))


BENCHMARK = Benchmark(
    name="minerva_math",
    version="2",  # how answers are read
    title="Minerva-Math",
    description=(
        "272 problems of MIT OpenCourseWare: astronomy, chemistry, differential equations, relativity. Marked by rule: "
        "an answer in another unit than the solution's is wrong."
    ),
    task_type="math",
    tags=("en", "math", "reasoning", "science"),
    paper="arXiv:2206.14858",
    licence="unknown",
    reference="EvalScope 1.14 (prompt; by default it lets a judge score); math-verify (equality of expressions)",
    data=Hub("knoveleng/Minerva-Math", split="train", rows=272),
    sample=read,
    solve=chat(template=BOXED),
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
