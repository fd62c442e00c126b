"""Whether a text says what is not so."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("halueval")
def test_halueval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
