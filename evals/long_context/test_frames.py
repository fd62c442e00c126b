"""Several articles that answer together."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("frames")
def test_frames(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
