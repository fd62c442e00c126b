"""People in everyday situations."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("siqa")
def test_siqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
