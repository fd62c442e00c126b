"""Questions of MMLU whose errors were corrected."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mmlu_redux")
def test_mmlu_redux(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
