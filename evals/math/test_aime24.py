"""A mathematics competition of 2024."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("aime24")
def test_aime24(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
