"""The whole test set of MATH, with worked examples."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("competition_math")
def test_competition_math(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
