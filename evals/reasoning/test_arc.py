"""Science questions of school, an easy set and one that takes reasoning."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("arc")
def test_arc(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
