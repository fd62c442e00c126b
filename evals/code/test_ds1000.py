"""The missing lines of data science code."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("ds1000")
def test_ds1000(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
