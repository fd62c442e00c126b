"""Options to choose from after a long text."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("longbench_v2")
def test_longbench_v2(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
