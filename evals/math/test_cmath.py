"""Word problems of Chinese primary schools, by grade."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("cmath")
def test_cmath(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
