"""AIME 2024: problems of a mathematics competition."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import AIME, aime_problem
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat

BENCHMARK = Benchmark(
    name="aime24",
    version="2",  # how answers are read
    title="AIME 2024",
    description="30 problems of both American Invitational Mathematics Examinations of 2024; answers are 0 to 999.",
    task_type="math",
    tags=("en", "math", "reasoning"),
    licence="unknown",
    reference="EvalScope 1.14 (prompt; a whole number is wanted)",
    data=Hub("math-ai/aime24", split="test", rows=30, modelscope="evalscope/aime24"),
    sample=aime_problem,
    solve=chat(template=AIME),
    score=number(),
    params={"temperature": 0.0},
)
