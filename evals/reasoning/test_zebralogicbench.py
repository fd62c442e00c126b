"""Puzzles of houses and clues."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("zebralogicbench")
def test_zebralogicbench(scores: Scores, threshold: Threshold) -> None:
    assert scores.puzzle_acc >= threshold
