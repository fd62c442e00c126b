"""CommonsenseQA: questions that take knowledge of the everyday world."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its five options; the copy on ModelScope gives them as a list."""
    options = row["choices"]
    if not isinstance(options, dict):
        return Sample(input=row["question"], choices=tuple(options), target=row["answer"])
    right = list(options["label"]).index(row["answerKey"])
    return Sample(id=row["id"], input=row["question"], choices=tuple(options["text"]), target=label_of(right))


BENCHMARK = Benchmark(
    name="commonsense_qa",
    version="2",  # how answers are read
    title="CommonsenseQA",
    description="1,221 questions with five options that hang together in ConceptNet.",
    task_type="reasoning",
    tags=("en", "reasoning", "commonsense", "multiple_choice"),
    paper="arXiv:1811.00937",
    licence="MIT",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub(
        "tau/commonsense_qa",
        split="validation",
        rows=1221,
        modelscope="extraordinarylab/commonsense-qa",
        revision="94630fe30dad47192a8546eb75f094926d47e155",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
