"""Several long documents, of which only some answer."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("aa_lcr")
def test_aa_lcr(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
