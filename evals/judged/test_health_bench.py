"""Conversations about health, graded by what physicians wrote down; a judge decides (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("health_bench")
def test_health_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.score >= threshold
