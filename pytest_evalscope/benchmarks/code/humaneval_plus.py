"""HumanEval+: HumanEval's functions against many more tests."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.code.humaneval import BENCHMARK as HUMANEVAL
from pytest_evalscope.benchmarks.code.humaneval import read
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import code
from pytest_evalscope.types import Limits

BENCHMARK = Benchmark(
    name="humaneval_plus",
    version="3",  # how answers are read
    title="HumanEval+",
    description=(
        "HumanEval's 164 functions, each run on the original inputs and on some hundred more; numbers may differ by "
        "the task's own tolerance."
    ),
    task_type="code",
    tags=("en", "code", "python"),
    paper="arXiv:2305.01210",
    licence="Apache-2.0",
    reference=(
        "evalplus 0.3 (60 seconds a task, 4 GiB; base and extra inputs, tolerance per task, all in the row's test; of "
        "a completion what the function needs); EvalScope 1.14 (prompt, first code block)"
    ),
    data=Hub("evalplus/humanevalplus", split="test", rows=164, modelscope="evalscope/humanevalplus"),
    sample=read,
    solve=HUMANEVAL.solve,
    score=code(
        program="{prompt}{code}\n{test}\ncheck({entry_point})",
        entry="{entry_point}",
        limits=Limits(seconds=60.0, memory_mb=4096),
        packages=("numpy",),
    ),
    aggregation="mean_and_pass_at_k",
    needs=("sandbox",),
)
