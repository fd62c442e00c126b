"""MBPP+: the sound part of MBPP against many more tests."""

import re

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import code
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Limits, Row, Sample

CALLED = re.compile(r"([A-Za-z_]\w*)\(")


def read(row: Row) -> Sample:
    """Return the task; the assertions that are shown and the many that are run go into the metadata."""
    tests = "\n".join(row["test_list"])
    return Sample(
        id=str(row["task_id"]),
        input=row["prompt"],
        target=row["code"],
        metadata={
            "tests": tests,
            "imports": "\n".join(row["test_imports"]),
            "test": row["test"],
            # The names that are called: a row does not say which of them the function is.
            "entry_point": " ".join(dict.fromkeys(CALLED.findall(tests))),
        },
    )


BENCHMARK = Benchmark(
    name="mbpp_plus",
    version="3",  # how answers are read
    title="MBPP+",
    description=(
        "378 Python functions of MBPP, their texts mended, each run on the original inputs and on some hundred more; "
        "numbers may differ by the task's own tolerance."
    ),
    task_type="code",
    tags=("en", "code", "python"),
    paper="arXiv:2305.01210",
    licence="Apache-2.0",
    reference=(
        "evalplus 0.3 (60 seconds a task, 4 GiB; base and extra inputs, tolerance per task, all in the row's test; of "
        "a completion what the function needs); EvalScope 1.14 (prompt)"
    ),
    data=Hub("evalplus/mbppplus", split="test", rows=378, modelscope="evalscope/mbppplus"),
    sample=read,
    solve=chat(
        template=(
            "You are an expert Python programmer, and here is your task: {input} "
            "Your code should pass these tests:\n\n{tests}"
        )
    ),
    score=code(
        program="{code}\n{imports}\n{tests}\n{test}",
        between=("", "[DONE]"),
        entry="{entry_point}",
        limits=Limits(seconds=60.0, memory_mb=4096),
        packages=("numpy",),
    ),
    aggregation="mean_and_pass_at_k",
    needs=("sandbox",),
)
