"""WinoGrande: which of two words fills a blank."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the sentence with its two words; the data numbers them 1 and 2."""
    return Sample(
        input=row["sentence"], choices=(row["option1"], row["option2"]), target={"1": "A", "2": "B"}[str(row["answer"])]
    )


BENCHMARK = Benchmark(
    name="winogrande",
    version="2",  # how answers are read
    title="WinoGrande",
    description="1,267 sentences with a blank that one of two words fills; pairs of them differ in a single word.",
    task_type="reasoning",
    tags=("en", "reasoning", "commonsense", "multiple_choice"),
    paper="arXiv:1907.10641",
    licence="CC-BY-4.0",
    reference="EvalScope 1.14 (prompt without reasoning, no few-shot examples)",
    data=Hub(
        "allenai/winogrande",
        config="winogrande_xl",
        split="validation",
        rows=1267,
        modelscope="AI-ModelScope/winogrande_val",
        revision="01e74176c63542e6b0bcb004dcdea22d94fb67b5",
    ),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
