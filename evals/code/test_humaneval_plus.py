"""HumanEval's functions against many more tests."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("humaneval_plus")
def test_humaneval_plus(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
