"""Questions with up to ten options from 14 fields, harder than those of MMLU."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("mmlu_pro")
def test_mmlu_pro(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
