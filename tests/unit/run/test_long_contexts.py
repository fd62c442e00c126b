"""Long contexts cost the memory of those that are asked, however many samples there are."""

import asyncio
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
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
PICTURES = 40


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


class Album:
    """Rows with a picture of two megabytes each, as bytes or as a data URL in messages; or in a file."""

    subsets = ("default",)

    def __init__(self, png: Any, form: str, folder: Path) -> None:
        self.png, self.form, self.folder = png, form, folder
        self.read_ahead = self.most = 0

    def size(self, subset: str) -> int:
        return PICTURES

    def read(self, subset: str, *, part: Any = "eval", source: Source) -> Iterator[Any]:
        picture = self.png()
        for number in range(PICTURES):
            data = picture + number.to_bytes(2, "big") * MILLION  # what stands behind the end does not matter
            self.read_ahead += 1
            self.most = max(self.most, self.read_ahead)
            yield {"q": str(number), "data": data}

    def sample(self, row: Any) -> Sample:
        if self.form == "bytes":
            return Sample(id=row["q"], input=row["q"], target=row["q"], media=(row["data"],))
        if self.form == "file":
            path = self.folder / f"{row['q']}.png"
            path.write_bytes(row["data"])
            return Sample(id=row["q"], input=row["q"], target=row["q"], media=(path,))
        url = f"data:image/png;base64,{b64encode(row['data']).decode()}"
        content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": row["q"]}]
        return Sample(id=row["q"], input=({"role": "user", "content": content},), target=row["q"])


@pytest.mark.parametrize("form", ["bytes", "url", "file"])
def test_pictures_are_read_ahead_by_the_bytes_that_they_hold(form, png, tmp_path):
    album = Album(png, form, tmp_path)

    class Viewer:
        can = EVERY_REQUEST
        name, identity = "viewer", {"viewer": 1}
        media = frozenset({"image"})

        async def send(self, request: Any) -> Completion:
            await asyncio.sleep(0)
            album.read_ahead -= 1
            picture, text = request.messages[0]["content"]
            assert picture["media"].size > MILLION
            return Completion(text=text["text"])

        async def aclose(self) -> None:
            """Hold nothing."""

    benchmark = Benchmark(name="album", data=album, sample=album.sample, solve=chat(), score=exact())
    job = Job(benchmark=benchmark, subset="default", model="viewer")

    async def jobs():
        yield job

    async def ask() -> float:
        right = 0.0
        contexts = Context(model=Viewer())
        async for event in run_jobs(jobs(), concurrency=2, source=Source(), open_context=lambda _: contexts):
            if isinstance(event, Scored):
                right += event.record.values["accuracy"]
        return right

    assert asyncio.run(ask()) == PICTURES
    # Those in files are not held, so that all of them may be read ahead.
    assert album.most == PICTURES if form == "file" else album.most <= 12
