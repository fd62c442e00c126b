"""MGSM: 250 problems of GSM8K in eleven languages."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.math._prompts import BOXED
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import number
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

LANGUAGES = ("en", "es", "fr", "de", "ru", "zh", "ja", "th", "sw", "bn", "te")


def read(row: Row) -> Sample:
    """Return the question with its number; few-shot examples have their steps too."""
    steps = {"reasoning": row["answer"]} if row.get("answer") else {}
    return Sample(input=row["question"], target=str(row["answer_number"]), metadata=steps)


BENCHMARK = Benchmark(
    name="mgsm",
    version="2",  # how answers are read
    title="MGSM",
    description="250 word problems of GSM8K, translated by people into ten languages, and in English.",
    task_type="math",
    tags=("math", "reasoning", "multilingual"),
    languages=LANGUAGES,
    paper="arXiv:2210.03057",
    licence="CC-BY-SA-4.0",
    reference="EvalScope 1.14 (prompt, 4 few-shot examples; a number is wanted)",
    data=Hub(
        "juletxara/mgsm",
        config="{subset}",
        split="test",
        few_shot_split="train",
        subsets=LANGUAGES,
        rows=dict.fromkeys(LANGUAGES, 250),
        revision="8b8fc49735a81a057bac06ee374bee12d5a7e6a9",
        modelscope="evalscope/mgsm",
    ),
    sample=read,
    solve=chat(
        template=f"{BOXED}\n",
        few_shot=4,
        shot_template="{input}\n\nReasoning:\n{reasoning}\n\nANSWER: {target}",
    ),
    score=number(),
    params={"temperature": 0.0},
)
