"""Word problems of grade school in eleven languages."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mgsm")
def test_mgsm(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
