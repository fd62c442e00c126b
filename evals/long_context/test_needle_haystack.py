"""One sentence in a long text."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("needle_haystack")
def test_needle_haystack(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
