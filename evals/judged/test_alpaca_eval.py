"""Instructions, answered better or worse than GPT-4 Turbo; a judge decides (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("alpaca_eval")
def test_alpaca_eval(scores: Scores, threshold: Threshold) -> None:
    assert scores.win_rate >= threshold
