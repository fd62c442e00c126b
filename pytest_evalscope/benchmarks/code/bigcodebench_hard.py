"""BigCodeBench-Hard: the tasks of BigCodeBench that are long and take several libraries."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.code._bigcodebench import bigcodebench_of
from pytest_evalscope.data import Hub


def bigcodebench_hard(*, split: str = "instruct", calibrate: bool = True) -> Benchmark:
    """Return the benchmark, with tasks in words (`instruct`) or with signature and docstring (`complete`)."""
    return bigcodebench_of(
        bigcodebench_hard,
        title="BigCodeBench-Hard",
        description="The 148 tasks of BigCodeBench that are closest to real work, each against its own unit tests.",
        data=Hub("bigcode/bigcodebench-hard", split="v0.1.4", rows=148, modelscope="evalscope/bigcodebench-hard"),
        split=split,
        calibrate=calibrate,
    )


BENCHMARK = bigcodebench_hard()
