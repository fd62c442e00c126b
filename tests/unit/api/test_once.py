"""A sample that several evals of a run have is requested once."""

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo, WeightedSampler
from pytest_evalscope.data import Rows
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import number
from pytest_evalscope.types import EVERY_REQUEST, Completion, Sample


class Counting:
    """A model that counts its requests."""

    name, identity, can = "counting", {"counting": 1}, EVERY_REQUEST

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, request):
        self.asked.append(request.messages[-1]["content"])
        return Completion(text="4")

    async def aclose(self) -> None:
        pass


SUMS = Benchmark(
    name="sums",
    data=Rows([{"q": f"{n} + {n}"} for n in range(12)]),
    sample=lambda row: Sample(input=row["q"], target="4"),
    score=number(),
)


def test_an_index_beside_the_benchmark_that_it_is_of(tmp_path):
    schema = CollectionSchema("mine", datasets=[DatasetInfo("sums")])
    mixed = WeightedSampler(schema, benchmarks=[SUMS]).sample(8)
    for mode in ("on", "refresh"):
        model = Counting()
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, cache=mode, concurrency=4)
        made = evaluate([SUMS], indexes=[mixed], models={"counting": model}, settings=settings)
        assert len(made.indexes) == 1
        assert len(model.asked) == len(set(model.asked)) == 12
        assert sum(result.requests for result in made.results) == 12
