"""MultiPL-E HumanEval: its functions in five other languages."""

from pytest_evalscope.benchmarks.code._multiple import multiple_of

BENCHMARK = multiple_of(
    "multiple_humaneval",
    "humaneval",
    title="MultiPL-E HumanEval",
    sizes={"cpp": 161, "java": 158, "js": 161, "rs": 156, "sh": 158},
)
