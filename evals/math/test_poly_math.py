"""Mathematics of four levels in 18 languages."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("poly_math")
def test_poly_math(scores: Scores, threshold: Threshold) -> None:
    assert scores.accuracy >= threshold
