"""Chinese questions on reasoning and on dealing with people."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("iquiz")
def test_iquiz(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
