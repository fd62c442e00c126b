"""Humanity's Last Exam: questions of experts at the frontier of their fields, some with a picture."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.benchmarks.judged._parted import Parted
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers import judge
from pytest_evalscope.scorers.judging import SAME_ANSWER
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

CATEGORIES = (
    *("Biology/Medicine", "Chemistry", "Computer Science/AI", "Engineering", "Humanities/Social Science", "Math"),
    *("Physics", "Other"),
)
EXACT = (
    "Your response should be in the following format:\n"
    "Explanation: {your explanation for your final answer}\n"
    "Exact Answer: {your succinct, final answer}\n"
    "Confidence: {your confidence score between 0% and 100% for your answer}"
)
CHOICE = (
    "Your response should be in the following format:\n"
    "Explanation: {your explanation for your answer choice}\n"
    "Answer: {your chosen answer}\n"
    "Confidence: {your confidence score between 0% and 100% for your answer}"
)
"""The official forms of a completion."""


def read(row: Row) -> Sample:
    """Return the question, with its picture if there is one, below the form that the completion is to have."""
    content: Any = row["question"]
    if row.get("image"):
        content = [{"type": "text", "text": content}, {"type": "image_url", "image_url": {"url": row["image"]}}]
    form = EXACT if row["answer_type"] == "exactMatch" else CHOICE
    return Sample(
        id=str(row["id"]),
        input=({"role": "system", "content": form}, {"role": "user", "content": content}),
        target=row["answer"],
    )


BENCHMARK = Benchmark(
    name="hle",
    title="Humanity's Last Exam",
    description="2,500 questions of experts at the frontier of their fields, 14 % with a picture; a judge compares",
    task_type="qa",
    tags=("en", "knowledge", "multimodal", "qa", "reasoning"),
    paper="arXiv:2501.14249",
    licence="MIT",
    reference=(
        "centerforaisafety/hle (forms of a reply; right or wrong), EvalScope 1.14 (subsets); the judge's prompt in our "
        "own words"
    ),
    data=Parted(rows=Hub("cais/hle"), subsets=CATEGORIES, subset_of=itemgetter("category")),
    sample=read,
    solve=chat(),
    score=judge(criteria=SAME_ANSWER, labels={"CORRECT": {"accuracy": 1.0}, "INCORRECT": {}}),
)
