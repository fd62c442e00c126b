"""Questions of entrance and licence examinations, in English and Chinese."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("agieval")
def test_agieval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
