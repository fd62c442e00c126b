"""MBPP's functions in other languages, those of a plain Linux: C++ and Bash."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("multiple_mbpp", subsets=["mbpp-cpp", "mbpp-sh"])
def test_multiple_mbpp(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
