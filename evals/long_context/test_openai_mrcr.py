"""The right one of several equal answers."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("openai_mrcr")
def test_openai_mrcr(scores: Scores, threshold: Threshold) -> None:
    assert scores.mrcr_score >= threshold
