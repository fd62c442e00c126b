"""Questions that experts agree on and that others cannot look up."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("gpqa_diamond")
def test_gpqa_diamond(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
