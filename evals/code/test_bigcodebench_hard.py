"""Functions that call many libraries, the hard ones."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("bigcodebench_hard")
def test_bigcodebench_hard(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
