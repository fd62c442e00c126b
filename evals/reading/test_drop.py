"""Counting, sorting and arithmetic over a paragraph."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("drop")
def test_drop(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold
