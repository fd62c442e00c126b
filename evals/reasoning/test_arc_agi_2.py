"""The rule that turns one grid into another."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("arc_agi_2")
def test_arc_agi_2(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
