"""From English into 55 languages."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("wmt24pp")
def test_wmt24pp(scores: Scores, threshold: Threshold) -> None:
    assert scores.chrf >= threshold
