"""A benchmark of sums and the settings to run it, without pytest around."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.run import Job, Run, RunFolder, Settings
from pytest_evalscope.scorers import number
from pytest_evalscope.types import EVERY_REQUEST, Completion, Request, Sample, prompt_of


class Adder:
    """A model that adds; it counts what it was asked, and can be told to fail."""

    name = "adder"

    def __init__(self, fail: Callable[[str], Exception | None] = lambda prompt: None) -> None:
        self.identity = {"adder": 1}
        self.can: frozenset[type] = EVERY_REQUEST
        self.asked: list[str] = []
        self.flying = 0
        self.peak = 0
        self.closed = False
        self.fail = fail

    async def send(self, request: Request) -> Completion:
        import asyncio

        prompt = prompt_of(request)[-1]["content"]
        self.asked.append(prompt)
        self.flying += 1
        self.peak = max(self.peak, self.flying)
        await asyncio.sleep(0)
        self.flying -= 1
        if (error := self.fail(prompt)) is not None:
            raise error
        first, _, second = prompt.split()
        return Completion(text=str(int(first) + int(second)))

    async def aclose(self) -> None:
        self.closed = True


def sums(count: int, **changes: Any) -> Benchmark:
    made = Benchmark(
        name="sums",
        data=Rows([{"q": f"{n} + {n}", "a": str(2 * n)} for n in range(count)]),
        sample=lambda row: Sample(input=row["q"], target=row["a"]),
        score=number(),
    )
    return replace(made, **changes)


@pytest.fixture
def adder() -> type[Adder]:
    return Adder


@pytest.fixture
def make_job():
    def made(model: Any, count: int = 10, *, benchmark: dict[str, Any] | None = None, **fields: Any) -> Job:
        return Job(
            benchmark=sums(count, **(benchmark or {})),
            subset="default",
            model="adder",
            application=model,
            **fields,
        )

    return made


@pytest.fixture
def open_run(tmp_path: Path):
    """Return a function that opens a run in a fresh folder; whatever is open is closed at the end."""
    opened: list[Run] = []

    def made(*, workers: int = 1, **fields: Any) -> Run:
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, **{"concurrency": 4, **fields})
        folder = RunFolder(tmp_path / f"run-{len(opened)}")
        folder.create()
        run = Run(settings, folder, workers=workers)
        opened.append(run)
        return run

    yield made
    for run in opened:
        run.close()
