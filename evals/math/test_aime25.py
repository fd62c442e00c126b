"""A mathematics competition of 2025."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("aime25")
def test_aime25(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
