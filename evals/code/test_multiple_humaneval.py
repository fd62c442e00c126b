"""HumanEval's functions in other languages, those of a plain Linux: C++ and Bash."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("multiple_humaneval", subsets=["humaneval-cpp", "humaneval-sh"])
def test_multiple_humaneval(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
