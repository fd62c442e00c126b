"""Questions at the frontier of knowledge; a judge compares the answers (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("hle")
def test_hle(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
