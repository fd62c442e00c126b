"""Python functions from their docstrings."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("humaneval")
def test_humaneval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
