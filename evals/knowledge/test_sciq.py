"""Questions of science examinations with four options."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("sciq")
def test_sciq(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
