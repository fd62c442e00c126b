"""A mathematics competition of 2026."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("aime26")
def test_aime26(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
