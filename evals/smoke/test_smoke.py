"""Four small sets that ship with the package: a weighted index without network, in minutes, on a model of any size.

pytest evals/smoke --model=smollm2
"""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("smoke_arithmetic", weight=3)
def test_arithmetic(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold


@benchmark("smoke_knowledge", weight=2)
def test_knowledge(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold


@benchmark("smoke_facts", weight=2)
def test_facts(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold


@benchmark("smoke_instructions", weight=3)
def test_instructions(scores: Scores, threshold: Threshold) -> None:
    assert scores.prompt_level_strict >= threshold
    assert scores.inst_level_strict >= threshold
