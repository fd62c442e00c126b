"""MMLU-Pro: harder questions than MMLU's, with up to ten options."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import choice
from pytest_evalscope.solvers import multiple_choice
from pytest_evalscope.types import Row, Sample

CATEGORIES = {
    "computer science": 410,
    "math": 1351,
    "chemistry": 1132,
    "engineering": 969,
    "law": 1101,
    "biology": 717,
    "health": 818,
    "physics": 1299,
    "business": 789,
    "philosophy": 499,
    "economics": 844,
    "other": 924,
    "psychology": 798,
    "history": 381,
}
"""Category → number of test questions; 12,032 together."""


def read(row: Row) -> Sample:
    """Return the question with its options; the steps of a few-shot example go into the metadata."""
    steps, _, _ = row["cot_content"].rpartition("The answer is")
    return Sample(
        id=str(row["question_id"]),
        input=row["question"],
        choices=tuple(row["options"]),
        target=row["answer"],
        metadata={"reasoning": steps.removeprefix("A:").strip()},
    )


BENCHMARK = Benchmark(
    name="mmlu_pro",
    version="2",  # how answers are read
    title="MMLU-Pro",
    description="12,032 questions from 14 fields, most with ten options; they ask for more reasoning than MMLU's.",
    task_type="knowledge",
    tags=("en", "knowledge", "reasoning", "multiple_choice"),
    paper="arXiv:2406.01574",
    licence="MIT",
    reference="EvalScope 1.14 (prompt, 5 few-shot examples of the same category with the data's own steps)",
    data=Hub(
        "TIGER-Lab/MMLU-Pro",
        split="test",
        few_shot_split="validation",
        subsets=tuple(CATEGORIES),
        subset_field="category",
        rows=CATEGORIES,
        revision="527feea0afed1de15a8c115abf7be4c912123315",
    ),
    sample=read,
    solve=multiple_choice(
        template=(
            "Answer the following multiple choice question. The last line of your response should be of the following "
            "format: 'ANSWER: [LETTER]' (without quotes) where [LETTER] is one of {letters}. "
            "Think step by step before answering.\n\nQuestion:\n{question}\nOptions:\n{choices}"
        ),
        few_shot=5,
        shot_template="Question:\n{question}\nOptions:\n{choices}\n{reasoning}\nANSWER: {target}",
        shots_intro=(
            "The following are multiple choice questions (with answers) about {subset}. Think step by step and then "
            "finish your answer with 'ANSWER: [LETTER]' (without quotes) where [LETTER] is the correct letter choice."
        ),
    ),
    score=choice(),
    params={"temperature": 0.0},
)
