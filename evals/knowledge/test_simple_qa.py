"""Short questions with one answer each; a judge compares it (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("simple_qa")
def test_simple_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.is_correct >= threshold
