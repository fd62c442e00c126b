"""Questions to be answered with yes or no from a passage."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("boolq")
def test_boolq(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
