"""Questions with four options from 52 subjects, in Chinese."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("ceval")
def test_ceval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
