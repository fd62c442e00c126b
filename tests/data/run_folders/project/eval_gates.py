"""Gates over two benchmarks of the catalogue, one of them with repeats."""

from pytest_evalscope import benchmark


@benchmark("smoke_facts", limit=5, weight=2.0, threshold=0.5)
def test_facts(scores, threshold):
    assert scores.accuracy >= threshold


@benchmark("smoke_arithmetic", limit=2, repeats=3, aggregation="mean_and_pass_at_k", tags=["sums"])
def test_arithmetic(scores):
    assert scores.accuracy.low >= 0.05
