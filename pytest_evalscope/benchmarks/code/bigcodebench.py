"""BigCodeBench: functions that call many libraries."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.code._bigcodebench import bigcodebench_of
from pytest_evalscope.data import Hub


def bigcodebench(*, split: str = "instruct", calibrate: bool = True) -> Benchmark:
    """Return the benchmark, with tasks in words (`instruct`) or with signature and docstring (`complete`)."""
    return bigcodebench_of(
        bigcodebench,
        title="BigCodeBench",
        description="1,140 Python functions that use 139 libraries, each against its own unit tests.",
        data=Hub("bigcode/bigcodebench", split="v0.1.4", rows=1140, modelscope="evalscope/bigcodebench"),
        split=split,
        calibrate=calibrate,
    )


BENCHMARK = bigcodebench()
