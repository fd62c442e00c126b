"""HumanEval: a function from its signature and docstring."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import code
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Limits, Row, Sample


def read(row: Row) -> Sample:
    """Return the function's head; its tests and its name go into the metadata."""
    return Sample(
        id=row["task_id"],
        input=row["prompt"],
        target=row["canonical_solution"],
        metadata={"prompt": row["prompt"], "test": row["test"], "entry_point": row["entry_point"]},
    )


BENCHMARK = Benchmark(
    name="humaneval",
    version="3",  # how answers are read
    title="HumanEval",
    description="164 Python functions to be written from signature and docstring, each run against its tests.",
    task_type="code",
    tags=("en", "code", "python"),
    paper="arXiv:2107.03374",
    licence="MIT",
    reference=(
        "openai/human-eval (the program that is run); EvalScope 1.14 (prompt, first code block, 4 seconds); "
        "evalplus 0.3 (of a completion what the function needs)"
    ),
    data=Hub(
        "openai/openai_humaneval",
        config="openai_humaneval",
        split="test",
        rows=164,
        modelscope="opencompass/humaneval",
        revision="7dce6050a7d6d172f3cc5c32aa97f52fa1a2e544",
    ),
    sample=read,
    solve=chat(
        template=(
            "Read the following function signature and docstring, and fully implement the function described. "
            "Your response should only contain the code for this function.\n{input}"
        )
    ),
    # A body continues the head; a whole function, its head included, takes the place of the one above it.
    score=code(
        program="{prompt}{code}\n{test}\ncheck({entry_point})", entry="{entry_point}", limits=Limits(seconds=4.0)
    ),
    aggregation="mean_and_pass_at_k",
    needs=("sandbox",),
)
