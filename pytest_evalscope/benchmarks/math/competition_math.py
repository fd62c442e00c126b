"""MATH: problems of mathematics competitions."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import PROBLEM, boxed, problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import math
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

LEVELS = {"Level 1": 437, "Level 2": 894, "Level 3": 1131, "Level 4": 1214, "Level 5": 1324}


def read(row: Row) -> Sample:
    """Return the problem with the expression that its solution ends in."""
    return problem(row["problem"], boxed(row["solution"]))


BENCHMARK = Benchmark(
    name="competition_math",
    version="2",  # how answers are read
    title="MATH",
    description="The 5,000 test problems of MATH: seven fields, five levels, from American competitions.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    paper="arXiv:2103.03874",
    licence="MIT",
    reference="EvalScope 1.14 (prompt, 4 few-shot examples); math-verify (equality of expressions)",
    data=Hub(
        "evalscope/competition_math",
        split="test",
        few_shot_split="train",
        subsets=tuple(LEVELS),
        subset_field="level",
        rows=LEVELS,
    ),
    sample=read,
    solve=chat(template=PROBLEM, few_shot=4, shot_template="Problem:\n{input}\nSolution:\n{target}"),
    score=math(),
    params={"temperature": 0.0},
    needs=("math",),
)
