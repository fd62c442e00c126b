"""How strongly somebody will feel."""

from pytest_evalscope import Scores, Threshold, benchmark


@benchmark("eq_bench")
def test_eq_bench(scores: Scores, threshold: Threshold) -> None:
    assert scores.eq_bench_score >= threshold
