"""Functions that call many libraries."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("bigcodebench")
def test_bigcodebench(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
