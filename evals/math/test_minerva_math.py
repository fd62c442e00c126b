"""Problems of science courses at a university."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("minerva_math")
def test_minerva_math(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
