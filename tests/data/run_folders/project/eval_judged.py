"""Benchmarks that judges score: labels against a reference, a rating, and a rubric."""

from pytest_evalscope import Benchmark, Rows, Sample, benchmark, judge, rubric

ROWS = [
    {"q": "What is the capital of France?", "a": "Paris"},
    {"q": 'Who wrote "Romeo and Juliet"?', "a": "Shakespeare"},
    {"q": "What is the chemical symbol for gold?", "a": "Au"},
]


def read(row):
    return Sample(input=row["q"], target=row["a"])


LABELS = Benchmark(name="labels", data=Rows(ROWS[::2]), sample=read, score=judge())
RATINGS = Benchmark(
    name="ratings",
    data=Rows(ROWS[:2]),
    sample=lambda row: Sample(input=row["q"]),
    score=judge(criteria="Is the ANSWER easy to read?", scale=(1, 10), metric="quality"),
)
RUBRIC = Benchmark(name="rubric", data=Rows(ROWS[2:]), sample=read, score=rubric(items={"Au": 2}))


@benchmark(LABELS, threshold=0.5)
def test_labels(scores, threshold):
    assert scores.is_correct >= threshold


@benchmark(RATINGS)
def test_ratings(scores):
    assert scores.quality >= 0.3


@benchmark(RUBRIC)
def test_rubric(scores):
    assert scores.score >= 0.3
