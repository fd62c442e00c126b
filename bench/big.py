"""What a big run needs: memory along the way, and samples a second.

    python bench/big.py [--samples 1000000] [--http 100000] [--url URL] [--cache on] [--concurrency 64]

`--samples` are answered by a fake model in the process, `--http` by `bench/server.py`, or by the endpoint at `--url`.
Each run is a process of its own; its memory is what the operating system counts as resident, anonymous (the process's
own) and of files (of the reply cache, mapped: the system takes that back when it needs it). A row is printed for every
tenth of the run, and the growth after the first tenth as bytes a sample: a score is 8 bytes, and so is the number of
its sample.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from tabulate import tabulate

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.run import Job, Run, RunFolder, Settings
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Row, Sample

STEPS = 10


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are made as they are read."""

    count: int
    subsets: tuple[str, ...] = ("default",)

    def size(self, subset: str) -> int:
        """Return how many rows there are."""
        return self.count

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows."""
        for value in range(self.count):
            yield {"question": f"What is {value} + {value}?", "answer": str(2 * value)}


def memory() -> tuple[float, float]:
    """Return the megabytes of this process that are its own, and those of files."""
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text("utf-8").splitlines())
    own, files = (int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, files


def run(count: int, model: str, folder: Path, settings: Settings) -> None:
    """Ask `count` samples and print a JSON line for every step of the way, then one for the end."""
    benchmark = Benchmark(
        name="big",
        data=Made(count),
        sample=lambda row: Sample(input=row["question"], target=row["answer"]),
        score=number(),
    )
    job = Job(benchmark=benchmark, subset="default", model=model)
    place = RunFolder(folder / "run")
    place.create()
    begun, step = perf_counter(), count // STEPS
    steps = iter(range(step, count + 1, step))
    mark = next(steps)
    with Run(settings, place) as opened:

        def tick() -> None:
            nonlocal mark
            done = opened.tallies[job.key].done
            if done >= mark:
                mark = next(steps, count + 1)
                tell(done, perf_counter() - begun)

        scores = opened.result(job, tick=tick, every=0.05)
        assert scores.planned == count == sum(scores.outcomes.values()), scores.outcomes
        assert not scores.unscored, scores.outcomes
        tell(count, perf_counter() - begun)


def tell(done: int, seconds: float) -> None:
    """Print where the run stands."""
    own, files = memory()
    print(json.dumps({"done": done, "seconds": seconds, "own": own, "files": files}), flush=True)


@contextmanager
def endpoint(url: str) -> Iterator[str]:
    """Yield the base URL that was given, else that of a server for the time being."""
    if url:
        yield url
        return
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.terminate()


def measure(title: str, count: int, model: str, url: str, options: argparse.Namespace) -> None:
    """Run in a process of its own and print its table."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--child", folder, "--samples", str(count), "--model", model]
        command += ["--url", url, "--cache", options.cache, "--concurrency", str(options.concurrency)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    steps: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    table, last = [], 0.0
    for before, now in zip([{"done": 0, "seconds": 0.0}, *steps], steps, strict=False):
        span = now["seconds"] - before["seconds"]
        if now["done"] > before["done"]:
            last = (now["done"] - before["done"]) / span
        table.append([now["done"], f"{now['seconds']:.1f}", f"{last:.0f}", f"{now['own']:.1f}", f"{now['files']:.1f}"])
    headers = ["done", "seconds", "samples/s", "own MB", "of files MB"]
    print(f"\n{title}\n{tabulate(table, headers=headers, disable_numparse=True)}")
    first, end = steps[0], steps[-1]
    grown = (end["own"] - first["own"]) * 2**20 / (end["done"] - first["done"])
    print(f"{end['done'] / end['seconds']:.0f} samples/s in all; own memory grew by {grown:.0f} bytes a sample "
          f"after the first tenth; {size / 2**20:.0f} MB on disk")  # fmt: skip


def main() -> None:
    """Measure the run without and the run with a network."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--samples", type=int, default=1_000_000, help="answered in the process; 0 leaves it out")
    parser.add_argument("--http", type=int, default=100_000, help="answered over HTTP; 0 leaves it out")
    parser.add_argument("--url", default="", help="an endpoint that runs already; left out: bench/server.py")
    parser.add_argument("--cache", default="on", choices=("on", "off"))
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        settings = Settings(
            model=ModelOptions(api_url=options.url), cache=options.cache, cache_dir=options.child / "cache",
            concurrency=options.concurrency,
        )  # fmt: skip
        run(options.samples, options.model, options.child, settings)
        return
    if options.samples:
        measure(f"{options.samples:,} fake samples", options.samples, "fake/fixed:42", "", options)
    if options.http:
        with endpoint(options.url) as url:
            measure(f"{options.http:,} samples over HTTP", options.http, "openai/bench", url, options)


if __name__ == "__main__":
    main()
