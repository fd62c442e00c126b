"""MBPP's functions against many more tests."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mbpp_plus")
def test_mbpp_plus(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
