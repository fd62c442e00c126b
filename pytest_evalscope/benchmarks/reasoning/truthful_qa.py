"""TruthfulQA: questions that many people answer wrongly."""

from random import Random

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its answers, shuffled by the question as seed; in the data the true one is first."""
    answers = row["mc1_targets"]
    true = [text for text, label in zip(answers["choices"], answers["labels"], strict=True) if label == 1]
    if len(true) != 1:
        raise ValueError(f"{len(true)} answers are labelled true; accepted: 1")
    choices = list(answers["choices"])
    Random(row["question"]).shuffle(choices)  # noqa: S311 - an order that is the same everywhere, no secret
    return Sample(input=row["question"], choices=tuple(choices), target=label_of(choices.index(true[0])))


BENCHMARK = Benchmark(
    name="truthful_qa",
    version="2",  # how answers are read
    title="TruthfulQA",
    description="817 questions that invite a common error, with one true answer among false ones (MC1).",
    task_type="knowledge",
    tags=("en", "knowledge", "truthfulness", "multiple_choice"),
    paper="arXiv:2109.07958",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt without reasoning, shuffled answers; its six questions above are left out)",
    data=Hub(
        "truthfulqa/truthful_qa",
        config="multiple_choice",
        split="validation",
        rows=817,
        modelscope="evalscope/truthful_qa",
        revision="741b8276f2d1982aa3d5b832d3ee81ed3b896490",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
