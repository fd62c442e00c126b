"""Questions that invite a common error."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("truthful_qa")
def test_truthful_qa(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold


@benchmark("truthful_qa_mc2")
def test_truthful_qa_mc2(scores: Scores, threshold: Threshold) -> None:
    """The same questions by log-probabilities, which local models give and few endpoints do."""
    assert scores.mc2 >= threshold
