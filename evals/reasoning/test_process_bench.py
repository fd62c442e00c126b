"""The first wrong step of a solution."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("process_bench")
def test_process_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.f1 >= threshold
