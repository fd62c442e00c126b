"""Short Python functions from a sentence."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mbpp")
def test_mbpp(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
