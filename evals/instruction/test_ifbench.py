"""Instructions of new types that a program can verify."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("ifbench")
def test_ifbench(scores: Scores, threshold: Threshold) -> None:
    assert scores.prompt_level_strict >= threshold
