"""How fast `pytest-evalscope show` answers about a large run.

    python bench/show.py [--samples 14042] [--tries 5]

Makes two runs of so many samples with prompts of 3,000 characters, one with all in one subset, one in 57 as MMLU has,
and prints for each command the seconds beyond start, the best of the tries, and those of them that a processor worked:
a busy machine has more of the first. Start is `pytest-evalscope show --help`, which reads no run.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tabulate import tabulate

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.run import Settings
from pytest_evalscope.scorers import number
from pytest_evalscope.types import Row, Sample

EXAMPLES = "An example that comes before the question, with its answer. " * 50


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are made as they are read."""

    count: int
    subsets: tuple[str, ...]

    def size(self, subset: str) -> int:
        """Return how many rows a subset has."""
        at, parts = self.subsets.index(subset), len(self.subsets)
        return self.count * (at + 1) // parts - self.count * at // parts

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows."""
        for value in range(self.size(subset)):
            question = f"{EXAMPLES}What is {value % 9} + {value % 7}?"
            yield {"id": f"{subset}-{value}", "question": question, "answer": str(value % 9 + value % 7)}


def made_run(count: int, subsets: int, folder: Path) -> Path:
    """Return the folder of a run of so many samples, answered by a fake model."""
    benchmark = Benchmark(
        name="large",
        data=Made(count, tuple(f"s{number}" for number in range(subsets))),
        sample=lambda row: Sample(id=row["id"], input=row["question"], target=row["answer"]),
        score=number(),
    )
    settings = Settings(work_dir=folder, cache="off", concurrency=64)
    return evaluate([benchmark], models=["fake/fixed:4"], settings=settings).folder


def seconds(words: list[str], tries: int) -> tuple[float, float]:
    """Return the seconds that the command takes, the best of several tries, and those that a processor works."""
    command = [sys.executable, "-c", "from pytest_evalscope.cli import main; main()", "show", *words]
    taken, worked = [], []
    for _ in range(tries):
        begun, before = perf_counter(), worked_by_children()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(perf_counter() - begun)
        worked.append(worked_by_children() - before)
    return min(taken), min(worked)


def worked_by_children() -> float:
    """Return the seconds that processors have worked for ended processes of this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=14_042)
    parser.add_argument("--tries", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        start, start_worked = seconds(["--help"], given.tries)
        for subsets in (1, 57):
            run = str(made_run(given.samples, subsets, Path(folder)))
            last = f"s{subsets - 1}-{given.samples // subsets - 1}"
            for words in ([], ["--failed"], ["--id", last], ["--outcome", "timeout"], ["--failed", "--n", "50"]):
                taken, worked = seconds([run, *words], given.tries)
                beyond = (f"{taken - start:.2f}", f"{worked - start_worked:.2f}")
                rows.append((subsets, " ".join(["show RUN", *words]), *beyond))
    headers = ("subsets", "command", "seconds beyond start", "worked")
    print(f"{given.samples:,} samples; start takes {start:.2f} seconds, {start_worked:.2f} worked")
    print(tabulate(rows, headers=headers, disable_numparse=True, colalign=("right", "left", "right", "right")))


if __name__ == "__main__":
    main()
