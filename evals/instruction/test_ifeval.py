"""Instructions that a program can verify."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("ifeval")
def test_ifeval(scores: Scores, threshold: Threshold) -> None:
    assert scores.prompt_level_strict >= threshold
    assert scores.inst_level_strict >= threshold
