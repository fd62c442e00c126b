"""BoolQ: questions of people, answered with yes or no from a passage."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return passage and question with the options Yes and No. Raises ValueError for any other answer."""
    if not isinstance(row["answer"], bool):
        raise ValueError(f"the answer must be true or false ({row['answer']!r} was given)")
    return Sample(
        input=f"Passage:\n{row['passage']}\n\nQuestion: {row['question']}",
        choices=("Yes", "No"),
        target="A" if row["answer"] else "B",
    )


BENCHMARK = Benchmark(
    name="boolq",
    version="2",  # how answers are read
    title="BoolQ",
    description="3,270 questions that people asked a search engine, to be answered with yes or no from a passage.",
    task_type="reading",
    tags=("en", "reading", "multiple_choice"),
    paper="arXiv:1905.10044",
    licence="CC-BY-SA-3.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub(
        "google/boolq",
        split="validation",
        few_shot_split="train",
        rows=3270,
        revision="35b264d03638db9f4ce671b711558bf7ff0f80d5",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
