"""Long stories that take many steps."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("musr")
def test_musr(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
