"""Three years of a mathematics competition."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("amc")
def test_amc(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
