"""Social IQa: what people do, want and feel in a described situation."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the situation and question with three options; the copy on ModelScope has them as a list."""
    if "choices" in row:
        return Sample(input=row["question"], choices=tuple(row["choices"]), target=row["answer"])
    return Sample(
        input=f"{row['context']}\n{row['question']}",
        choices=(row["answerA"], row["answerB"], row["answerC"]),
        target={"1": "A", "2": "B", "3": "C"}[str(row["label"]).strip()],
    )


BENCHMARK = Benchmark(
    name="siqa",
    version="2",  # how answers are read
    title="Social IQa",
    description="1,954 questions with three options on people in an everyday situation.",
    task_type="reasoning",
    tags=("en", "reasoning", "commonsense", "multiple_choice"),
    paper="arXiv:1904.09728",
    licence="unknown",
    reference="EvalScope 1.14 (prompt without reasoning); the situation is shown, as in the paper",
    data=Hub("allenai/social_i_qa", split="validation", rows=1954, modelscope="extraordinarylab/siqa"),
    sample=read,
    solve=multiple_choice(),
    score=choice(),
    params={"temperature": 0.0},
)
