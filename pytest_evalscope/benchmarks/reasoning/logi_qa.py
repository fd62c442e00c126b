"""LogiQA: logical reading for civil servants."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the passage and question with four options and the letter of the right one."""
    return Sample(input=f"{row['context']}\n{row['question']}", choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="logi_qa",
    version="2",  # how answers are read
    title="LogiQA",
    description="651 questions of China's civil service examination on a passage, translated, with four options.",
    task_type="reasoning",
    tags=("en", "reasoning", "logic", "multiple_choice"),
    paper="arXiv:2007.08124",
    licence="unknown",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub("extraordinarylab/logiqa", split="test", rows=651),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
