"""Questions that invite a common error."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("truthful_qa")
def test_truthful_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
