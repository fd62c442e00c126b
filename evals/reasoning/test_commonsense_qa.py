"""Questions on the everyday world."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("commonsense_qa")
def test_commonsense_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
