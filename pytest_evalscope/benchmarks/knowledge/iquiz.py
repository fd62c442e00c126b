"""IQuiz: Chinese questions on reasoning and on dealing with people."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import CHINESE_STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its options."""
    return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])


BENCHMARK = Benchmark(
    name="iquiz",
    version="2",  # how answers are read
    title="IQuiz",
    description="120 Chinese questions with options: 40 on logical reasoning (IQ), 80 on dealing with people (EQ).",
    task_type="knowledge",
    tags=("zh", "knowledge", "reasoning", "multiple_choice"),
    languages=("zh",),
    licence="none stated",
    reference="EvalScope 1.14 (prompt with reasoning, no few-shot examples)",
    data=Hub(
        "AI-ModelScope/IQuiz",
        config="{subset}",
        split="test",
        subsets=("IQ", "EQ"),
        rows={"IQ": 40, "EQ": 80},
    ),
    sample=read,
    solve=multiple_choice(template=CHINESE_STEP_BY_STEP),
    score=choice(),
    params={"temperature": 0.0},
)
