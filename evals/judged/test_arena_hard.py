"""Hard prompts of real users, answered better or worse than GPT-4; a judge decides (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("arena_hard")
def test_arena_hard(scores: Scores, threshold: Threshold) -> None:
    assert scores.win_rate >= threshold
