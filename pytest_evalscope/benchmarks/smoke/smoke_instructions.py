"""Smoke set: short prompts with instructions on form, verified by IFEval's checkers."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.instruction.ifeval import METRICS, read
from pytest_evalscope.data import Packaged
from pytest_evalscope.scorers.instructions import instructions

BENCHMARK = Benchmark(
    name="smoke_instructions",
    title="Smoke: following instructions",
    description="40 short prompts with one or two instructions of 20 types that a program can verify.",
    task_type="instruction_following",
    tags=("en", "instruction", "smoke"),
    licence="Apache-2.0",
    reference="written for this project and ships with it; checkers as in IFEval (arXiv:2311.07911)",
    data=Packaged("smoke/smoke_instructions.jsonl"),
    sample=read,
    score=instructions(),
    metrics=METRICS,
    params={"temperature": 0.0, "max_tokens": 96},
)
