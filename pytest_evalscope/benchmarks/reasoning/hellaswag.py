"""HellaSwag: which sentence goes on from a described situation."""

import re

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample

_BRACKETED = re.compile(r"\[[^\[\]\n]{0,200}\]")


def tidy(text: str) -> str:
    """Return `text` without the tags of the WikiHow pages it was taken from (`[title]`, `[step]`)."""
    return _BRACKETED.sub("", text.strip().replace(" [title]", ". ")).replace("  ", " ")


def read(row: Row) -> Sample:
    """Return the situation with its four endings; those of one video or article are one group."""
    return Sample(
        input=tidy(f"{row['ctx_a']} {row['ctx_b'].capitalize()}"),
        choices=tuple(map(tidy, row["endings"])),
        target="ABCD"[int(row["label"])],
        group=row.get("source_id") or "",
    )


BENCHMARK = Benchmark(
    name="hellaswag",
    version="2",  # how answers are read
    title="HellaSwag",
    description="10,042 described situations with four endings, of which people find one plausible.",
    task_type="reasoning",
    tags=("en", "reasoning", "commonsense", "multiple_choice"),
    paper="arXiv:1905.07830",
    licence="MIT",
    reference="EvalScope 1.14 (prompt); LM Evaluation Harness (tidying of the WikiHow marks)",
    data=Hub(
        "Rowan/hellaswag",
        split="validation",
        few_shot_split="train",
        rows=10042,
        revision="218ec52e09a7e7462a5400043bb9a69a41d06b76",
        modelscope="evalscope/hellaswag",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
