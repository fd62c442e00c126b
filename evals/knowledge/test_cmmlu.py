"""Questions with four options from 67 subjects, in Chinese."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("cmmlu")
def test_cmmlu(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
