"""Which of two ways reaches a practical goal."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("piqa")
def test_piqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
