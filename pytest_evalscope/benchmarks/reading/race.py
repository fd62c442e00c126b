"""RACE: reading comprehension from English examinations in Chinese schools."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import STEP_BY_STEP, multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return article and question with the four options; questions about one article are one group."""
    return Sample(
        input=f"Article:\n{row['article']}\nQuestion:\n{row['question']}",
        choices=tuple(row["options"]),
        target=row["answer"],
        group=row.get("example_id") or "",
    )


BENCHMARK = Benchmark(
    name="race",
    version="2",  # how answers are read
    title="RACE",
    description="4,934 questions about articles, from English examinations of Chinese middle and high schools.",
    task_type="reading",
    tags=("en", "reading", "multiple_choice"),
    paper="arXiv:1704.04683",
    licence="for research that is not commercial",
    reference="EvalScope 1.14 (prompt with reasoning, 3 few-shot examples)",
    data=Hub(
        "ehovy/race",
        config="{subset}",
        split="test",
        few_shot_split="train",
        subsets=("high", "middle"),
        rows={"high": 3498, "middle": 1436},
        modelscope="evalscope/race",
        revision="2fec9fd81f1dc971569a9b729c43f2f0e6436637",
    ),
    sample=read,
    solve=multiple_choice(template=STEP_BY_STEP, few_shot=3),
    score=choice(),
    params={"temperature": 0.0},
)
