"""Logical reading."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("logi_qa")
def test_logi_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
