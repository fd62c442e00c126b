"""MultiPL-E MBPP: its functions in five other languages."""

from pytest_evalscope.benchmarks.code._multiple import multiple_of

BENCHMARK = multiple_of(
    "multiple_mbpp",
    "mbpp",
    title="MultiPL-E MBPP",
    sizes={"cpp": 397, "java": 386, "js": 397, "rs": 354, "sh": 382},
)
