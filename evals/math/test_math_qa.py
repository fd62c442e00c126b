"""Word problems with five options."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("math_qa")
def test_math_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
