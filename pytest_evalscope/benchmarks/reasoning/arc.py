"""ARC: science questions of grade school, an easy and a challenging set."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its three to five options; where the data numbers them (1 to 4) they become letters."""
    options = row["choices"]
    right = list(options["label"]).index(row["answerKey"])
    return Sample(id=row["id"], input=row["question"], choices=tuple(options["text"]), target=label_of(right))


BENCHMARK = Benchmark(
    name="arc",
    version="2",  # how answers are read
    title="ARC",
    description="Science questions of grade school: 2,376 easy ones, and 1,172 that retrieval and co-occurrence miss.",
    task_type="reasoning",
    tags=("en", "reasoning", "multiple_choice"),
    paper="arXiv:1803.05457",
    licence="CC-BY-SA-4.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub(
        "allenai/ai2_arc",
        config="{subset}",
        split="test",
        few_shot_split="train",
        subsets=("ARC-Easy", "ARC-Challenge"),
        rows={"ARC-Easy": 2376, "ARC-Challenge": 1172},
        revision="210d026faf9955653af8916fad021475a3f00453",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
