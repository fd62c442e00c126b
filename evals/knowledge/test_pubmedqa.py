"""Questions of research, to be answered with yes, no or maybe from an abstract."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("pubmedqa")
def test_pubmedqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
