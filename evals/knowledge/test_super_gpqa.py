"""Questions of graduate level from 72 fields, most with ten options."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("super_gpqa")
def test_super_gpqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
