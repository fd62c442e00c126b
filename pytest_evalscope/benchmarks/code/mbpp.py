"""MBPP: short Python functions from a sentence and three assertions."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import code
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Limits, Row, Sample

TASK = (
    "You are an expert Python programmer, and here is your task: {input} "
    "Your code should pass these tests:\n\n{tests}\n"
)


def read(row: Row) -> Sample:
    """Return the task; its assertions, which are shown and run, go into the metadata."""
    return Sample(
        id=str(row["task_id"]),
        input=row["text"],
        target=row["code"],
        metadata={"tests": "\n".join(row["test_list"]), "setup": row["test_setup_code"]},
    )


BENCHMARK = Benchmark(
    name="mbpp",
    version="3",  # how answers are read
    title="MBPP",
    description="500 Python functions to be written from one sentence and three assertions, which are then run.",
    task_type="code",
    tags=("en", "code", "python"),
    paper="arXiv:2108.07732",
    licence="CC-BY-4.0",
    reference=(
        "arXiv:2108.07732 (prompt, [BEGIN] and [DONE]); EvalScope 1.14 (3 few-shot examples, 20 seconds; here they are "
        "the data's first three)"
    ),
    data=Hub(
        "google-research-datasets/mbpp",
        config="full",
        split="test",
        few_shot_split="prompt",
        rows=500,
        revision="4bb6404fdc6cacfda99d4ac4205087b89d32030c",
    ),
    sample=read,
    solve=chat(
        template=TASK + "[BEGIN]\n", few_shot=3, shot_template=TASK + "[BEGIN]\n{target}\n[DONE]", shots_intro=""
    ),
    # The one set-up there is (task 367) uses a class that the solution brings.
    score=code(program="{code}\n{setup}\n{tests}", between=("[BEGIN]", "[DONE]"), limits=Limits(seconds=20.0)),
    aggregation="mean_and_pass_at_k",
    needs=("sandbox",),
)
