"""Problems of mathematics competitions whose answers are expressions."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("math_500")
def test_math_500(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
