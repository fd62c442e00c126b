"""Small benchmarks and schemas to draw from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import CollectionSchema, DatasetInfo
from pytest_evalscope.data import Rows, Source
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Sample


def sample(row: Mapping[str, Any]) -> Sample:
    return Sample(id=row["id"], input=row["question"], target=row["answer"])


def rows(name: str, count: int, *, text: str = "") -> list[dict[str, str]]:
    return [{"id": f"{name}-{i}", "question": f"{name} {i}? {text}", "answer": str(i)} for i in range(count)]


Make = Callable[..., Benchmark]


@pytest.fixture
def make() -> Make:
    """A benchmark with as many rows per subset as is said: `make("words", easy=3, hard=5)`."""

    def made(name: str, few_shot: int = 0, text: str = "", **sizes: int) -> Benchmark:
        data = Rows({subset: rows(subset, size, text=text) for subset, size in sizes.items()}, few_shot=rows("shot", 9))
        return Benchmark(
            name=name,
            data=data,
            sample=sample,
            score=exact(),
            solve=chat(template="Q: {input}", few_shot=few_shot),
            task_type="recall",
            tags=("en",),
        )

    return made


@dataclass(frozen=True)
class Watched:
    """Rows whose card may promise too much, and which remembers what was read of it."""

    sizes: Mapping[str, int]
    promised: Mapping[str, int | None]
    reads: list[str] = field(default_factory=list)

    @property
    def subsets(self) -> tuple[str, ...]:
        return tuple(self.sizes)

    def size(self, subset: str) -> int | None:
        return self.promised[subset]

    def read(self, subset: str, *, part: str = "eval", source: Source) -> Iterator[dict[str, str]]:
        self.reads.append(subset)
        yield from rows(subset, self.sizes[subset])


@pytest.fixture
def watched() -> Callable[..., Benchmark]:
    """A benchmark on a `Watched`: `watched("words", {"easy": 3}, {"easy": 9})`; `.data.reads` lists what was read."""

    def made(name: str, sizes: Mapping[str, int], promised: Mapping[str, int | None]) -> Benchmark:
        return Benchmark(name=name, data=Watched(sizes, promised), sample=sample, score=exact())

    return made


@pytest.fixture
def index() -> Callable[..., CollectionSchema]:
    """A flat schema: `index(words=3, facts=7)` with these weights."""

    def made(**weights: float) -> CollectionSchema:
        return CollectionSchema("index", datasets=[DatasetInfo(name, weight) for name, weight in weights.items()])

    return made
