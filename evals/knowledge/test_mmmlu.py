"""The questions of MMLU in 14 languages."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mmmlu")
def test_mmmlu(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
