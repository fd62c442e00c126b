"""Questions of medical entrance examinations with four options."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("med_mcqa")
def test_med_mcqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
