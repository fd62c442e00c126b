"""ANLI: what follows from a premise, with examples made to mislead models."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample

RELATIONS = (
    "Entailment: the hypothesis follows from the premise.",
    "Neutral: the premise does not determine whether the hypothesis is true.",
    "Contradiction: the hypothesis conflicts with the premise.",
)


def read(row: Row) -> Sample:
    """Return premise and hypothesis with the three relations; the data numbers them in this order."""
    return Sample(
        input=f"Premise:\n{row['premise']}\n\nHypothesis: {row['hypothesis']}",
        choices=RELATIONS,
        target="ABC"[("0", "1", "2").index(str(row["label"]))],
        id=row.get("uid") or "",
    )


BENCHMARK = Benchmark(
    name="anli",
    version="2",  # how answers are read
    title="ANLI",
    description="3,200 pairs of premise and hypothesis, written in three rounds to make the models of the time fail.",
    task_type="reading",
    tags=("en", "reading", "reasoning", "multiple_choice"),
    paper="arXiv:1910.14599",
    licence="CC-BY-NC-4.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub(
        "facebook/anli",
        config="plain_text",
        split="test_{subset}",
        few_shot_split="train_{subset}",
        subsets=("r1", "r2", "r3"),
        rows={"r1": 1000, "r2": 1000, "r3": 1200},
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
