"""Questions about an article, from English examinations in schools."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("race")
def test_race(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
