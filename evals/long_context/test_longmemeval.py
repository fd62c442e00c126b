"""What was said in earlier conversations."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("longmemeval")
def test_longmemeval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
