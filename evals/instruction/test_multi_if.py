"""Instructions over three turns, in eleven languages."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("multi_if")
def test_multi_if(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
