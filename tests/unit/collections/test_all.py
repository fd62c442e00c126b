"""An index without a count draws every sample."""

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, UniformSampler, WeightedSampler, members
from pytest_evalscope.data import Rows
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Sample


def sums(name: str, count: int) -> Benchmark:
    return Benchmark(
        name=name,
        data=Rows([{"q": f"{name} {n}", "a": str(n)} for n in range(count)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
    )


def test_all_samples_with_the_shares_of_the_schema():
    schema = CollectionSchema(name="mine", datasets=[DatasetInfo(name="few", weight=3), DatasetInfo(name="many")])
    for sampler in (WeightedSampler, UniformSampler):
        drawn = sampler(schema, benchmarks=[sums("few", 2), sums("many", 30)]).sample()
        assert {member.leaf.name: (member.count, float(member.share)) for member in members(drawn)} == {
            "few": (2, 0.75),
            "many": (30, 0.25),
        }
        assert drawn.remarks == ()
