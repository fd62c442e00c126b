"""27 tasks that take reasoning."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("bbh")
def test_bbh(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
