"""Problems of programming contests, up to the newest release."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("live_code_bench", subsets=["release_latest"])
def test_live_code_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
