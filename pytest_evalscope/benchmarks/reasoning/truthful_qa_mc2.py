"""TruthfulQA, MC2: how much of its belief a model gives to true answers."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import true_mass
from pytest_evalscope.solvers import likelihood
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with all its answers in the data's order; the targets are the labels of the true ones."""
    answers = row["mc2_targets"]
    labels = [label_of(index) for index in range(len(answers["choices"]))]
    true = tuple(label for label, right in zip(labels, answers["labels"], strict=True) if right == 1)
    if not true or len(true) == len(labels):
        raise ValueError(f"{len(true)} of {len(labels)} answers are labelled true; some are wanted, and some not")
    return Sample(input=row["question"], choices=tuple(answers["choices"]), target=true)


BENCHMARK = Benchmark(
    name="truthful_qa_mc2",
    version="2",  # how answers are read
    title="TruthfulQA MC2",
    description="817 questions that invite a common error: the share of true answers in the probability of all.",
    task_type="knowledge",
    tags=("en", "knowledge", "truthfulness", "multiple_choice", "likelihood"),
    paper="arXiv:2109.07958",
    licence="Apache-2.0",
    reference="the paper's MC2 (form of the question and definition; its six few-shot examples above are left out)",
    data=Hub(
        "truthfulqa/truthful_qa",
        config="multiple_choice",
        split="validation",
        rows=817,
        modelscope="evalscope/truthful_qa",
    ),
    sample=read,
    solve=likelihood(template="Q: {question}\nA:"),
    score=true_mass(),
)
