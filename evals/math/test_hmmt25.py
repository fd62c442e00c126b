"""A tournament in mathematics of 2025."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("hmmt25")
def test_hmmt25(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
