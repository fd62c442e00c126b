"""Which of four endings goes on with a story."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("hellaswag")
def test_hellaswag(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
