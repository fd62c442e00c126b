"""AMC: problems of the American Mathematics Competitions of 2022 to 2024."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import BOXED, problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import math
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

YEARS = {"amc22": 43, "amc23": 46, "amc24": 45}


def read(row: Row) -> Sample:
    """Return the problem with its expression; the page that it was taken from tells it apart."""
    return problem(row["problem"], str(row["answer"]).strip(), id=row.get("url") or "")


BENCHMARK = Benchmark(
    name="amc",
    version="2",  # how answers are read
    title="AMC 2022 to 2024",
    description="134 problems of the American Mathematics Competitions of three years, asked without their options.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    licence="unknown",
    reference="EvalScope 1.14 (prompt); math-verify (equality of expressions)",
    data=Hub(
        "scottgeng00/amc_22-24",
        split="{subset}",
        subsets=tuple(YEARS),
        rows=YEARS,
        modelscope="evalscope/amc_22-24",
    ),
    sample=read,
    solve=chat(template=BOXED),
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
