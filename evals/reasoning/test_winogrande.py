"""Which of two words fills a blank."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("winogrande")
def test_winogrande(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
