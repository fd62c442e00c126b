"""Conversations of two turns, rated from 1 to 10 by a judge (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mt_bench")
def test_mt_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.rating >= threshold
