"""Science questions that take two facts together."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("qasc")
def test_qasc(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
