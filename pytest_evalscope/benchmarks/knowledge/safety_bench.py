"""SafetyBench: which behaviour is safe, as multiple-choice questions in Chinese and English."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.text import label_of
from pytest_evalscope.types import Row, Sample


def read(row: Row) -> Sample:
    """Return the question with its two to four options; the data gives the right one by its number from 0."""
    return Sample(
        id=str(row["id"]),
        input=row["question"].strip(),
        choices=tuple(row["options"]),
        target=label_of(row["answer"]),
        metadata={"category": row["category"]},
    )


BENCHMARK = Benchmark(
    name="safety_bench",
    version="2",  # how answers are read
    title="SafetyBench",
    description=(
        "11,435 questions from seven categories of safety, in Chinese and in English, and 2,100 of the Chinese ones "
        "without sensitive words. The data with answers is on ModelScope."
    ),
    task_type="knowledge",
    tags=("zh", "en", "knowledge", "safety", "multiple_choice"),
    subset_tags={"zh": ("zh",), "en": ("en",), "zh_subset": ("zh",)},
    languages=("zh", "en"),
    paper="arXiv:2309.07045",
    licence="MIT",
    reference="SafetyBench (prompts without few-shot examples); EvalScope 1.14 (data with the released answers)",
    data=Hub(
        "evalscope/SafetyBench",
        config="{subset}",
        split="test",
        subsets=("zh", "en", "zh_subset"),
        rows={"zh": 11435, "en": 11435, "zh_subset": 2100},
    ),
    sample=read,
    solve=multiple_choice(
        template="问题：{question}\n选项：\n{choices}\n答案：",
        templates={"en": "Question: {question}\nOptions:\n{choices}\nAnswer:"},
        option="({label}) {text}",
    ),
    score=choice(or_text=True),
    params={"temperature": 0.0},
)
