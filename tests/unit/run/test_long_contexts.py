"""Long contexts cost the memory of those that are asked, however many samples there are."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Source
from pytest_evalscope.run import Job
from pytest_evalscope.run.engine import run_jobs
from pytest_evalscope.run.scoring import Scored
from pytest_evalscope.scorers import exact
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Sample

MILLION = 1_000_000
COUNT = 120


class Documents:
    """Rows with a document of a million characters each: the same one for all, or one of its own."""

    subsets = ("default",)

    def __init__(self, *, shared: bool) -> None:
        self.shared = shared

    def size(self, subset: str) -> int:
        return COUNT

    def read(self, subset: str, *, part: Any = "eval", source: Source) -> Iterator[Any]:
        one = "x" * MILLION
        for number in range(COUNT):
            yield {"q": str(number), "text": one if self.shared else chr(97 + number % 26) * MILLION}


class Reader:
    """A model that reads to the end."""

    can = EVERY_REQUEST
    name, identity = "reader", {"reader": 1}

    async def send(self, request: Any) -> Completion:
        await asyncio.sleep(0)
        return Completion(text=request.messages[0]["content"][-3:].strip())

    async def aclose(self) -> None:
        """Hold nothing."""


@pytest.mark.parametrize("shared", [True, False])
def test_contexts_are_not_held_hundreds_at_a_time(shared):
    benchmark = Benchmark(
        name="long",
        data=Documents(shared=shared),
        sample=lambda row: Sample(id=row["q"], input=row["q"], target=row["q"], metadata={"context": row["text"]}),
        solve=chat(template="{context}\n\n{input}"),
        score=exact(),
    )
    job = Job(benchmark=benchmark, subset="default", model="reader")

    async def jobs():
        yield job

    async def ask() -> float:
        right = 0.0
        contexts = Context(model=Reader())
        async for event in run_jobs(jobs(), concurrency=2, source=Source(), open_context=lambda _: contexts):
            if isinstance(event, Scored):
                right += event.record.values["accuracy"]
        return right

    tracemalloc.start()
    try:
        assert asyncio.run(ask()) == COUNT
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 25 * MILLION  # of 120 million characters that are asked
