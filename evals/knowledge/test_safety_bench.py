"""Which behaviour is safe, asked in Chinese and English."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("safety_bench")
def test_safety_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
