"""A coin that some people flip."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("coin_flip")
def test_coin_flip(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
