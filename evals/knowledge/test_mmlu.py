"""Questions with four options from 57 subjects, in English."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mmlu")
def test_mmlu(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
