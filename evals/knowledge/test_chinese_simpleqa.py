"""Short questions with one answer each, in Chinese; a judge compares it (--eval-judge)."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("chinese_simpleqa")
def test_chinese_simpleqa(scores: Scores, threshold: Threshold) -> None:
    assert scores.is_correct >= threshold
