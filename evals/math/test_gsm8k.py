"""Word problems of grade school."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("gsm8k", few_shot=4)
def test_gsm8k(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
