"""What follows from a premise, with examples made to mislead models."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("anli")
def test_anli(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
