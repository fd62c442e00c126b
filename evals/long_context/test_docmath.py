"""Numbers worked out from reports."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("docmath")
def test_docmath(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
