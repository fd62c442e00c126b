"""What an index of a million samples costs: drawn, written, read back, asked for its texts, and reported.

    python bench/index_scale.py [--samples 1000000] [--leaves 200] [--texts 100 1000]

Every text length is a process of its own; seconds and peak memory are those of that process, and memory is that up to
the end of each step. Rows are made as they are read, so no memory of theirs is counted but what the index keeps. Peak
memory must not grow with the length of the texts: the last line holds the two against each other.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import orjson
from tabulate import tabulate

from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.collections import (
    CollectionSchema,
    DatasetInfo,
    WeightedSampler,
    dump_jsonl_data,
    load_mixed,
    members,
)
from pytest_evalscope.collections.levels import Measured, index_report
from pytest_evalscope.data import Source
from pytest_evalscope.data.dataset import Part
from pytest_evalscope.scorers import exact
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Row, Sample

SPARE = 1.2
"""Rows that exist per sample that is drawn."""
GROUPS = 8


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are made as they are read, in two subsets."""

    count: int
    length: int
    subsets: tuple[str, ...] = ("easy", "hard")

    def size(self, subset: str) -> int:
        """Return how many rows there are."""
        return self.count

    def read(self, subset: str, *, part: Part = "eval", source: Source) -> Iterator[Row]:
        """Yield the rows."""
        filling = "x" * self.length
        for number in range(self.count):
            yield {"id": f"{subset}-{number}", "question": f"{filling} {number}?", "answer": str(number)}


def sample(row: Row) -> Sample:
    """Return a row as a sample."""
    return Sample(id=row["id"], input=row["question"], target=row["answer"])


def schema_of(leaves: int) -> CollectionSchema:
    """Return a schema of groups, whose leaves weigh 1 to 5."""
    infos: list[DatasetInfo | CollectionSchema] = [
        DatasetInfo(f"set{number:04}", 1 + number % 5, f"task{number % 3}") for number in range(leaves)
    ]
    groups = [CollectionSchema(f"group{number}", 1 + number, infos[number::GROUPS]) for number in range(GROUPS)]
    return CollectionSchema("scale", datasets=[group for group in groups if group.datasets])


def work(samples: int, leaves: int, length: int, folder: Path) -> None:
    """Run all steps, printing one JSON line for each."""
    each = round(samples * SPARE * 2)  # shares differ, so the heavy leaves need more rows than the mean
    source = Source()
    own = [
        Benchmark(name=f"set{number:04}", data=Made(each // leaves, length), sample=sample, score=exact())
        for number in range(leaves)
    ]
    file = folder / "index.jsonl"
    with step("draw"):
        mixed = WeightedSampler(schema_of(leaves), source=source, benchmarks=own).sample(samples)
    assert len(mixed) == samples, f"{len(mixed)} samples were drawn"
    with step("write", file):
        dump_jsonl_data(mixed, file)
    with step("read"):
        mixed = load_mixed(file, benchmarks=own)
    with step("ask"):
        asked = sum(1 for part in members(mixed) for _ in part.samples(source))
    assert asked == samples, f"{asked} samples were asked"
    with step("report"):
        chance = random.Random(1)
        report = index_report(
            mixed.name,
            "made",
            [
                Measured(
                    dataset=part.leaf.dataset,
                    subset=part.subset,
                    task_type=part.leaf.task_type,
                    tags=part.leaf.tags,
                    categories=part.leaf.categories,
                    share=float(part.share),
                    estimate=mean("accuracy")(marks(part.count, chance)),
                    count=part.count,
                )
                for part in members(mixed)
            ],
        )
    assert report.count == samples, f"{report.count} samples were reported"


def marks(count: int, chance: random.Random) -> Columns:
    """Return marks of `count` samples, seven of ten right."""
    return Columns(
        values={"accuracy": [float(chance.random() < 0.7) for _ in range(count)]},
        clusters=range(count),
        samples=range(count),
    )


@contextmanager
def step(name: str, file: Path | None = None) -> Iterator[None]:
    """Print what the step took: seconds, peak memory so far in MB, and the size of `file` in MB."""
    begin = perf_counter()
    yield
    line = {
        "step": name,
        "seconds": perf_counter() - begin,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "file": file.stat().st_size / 1e6 if file else 0,
    }
    print(orjson.dumps(line).decode(), flush=True)


def main() -> None:
    """Run each text length in its own process and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--leaves", type=int, default=200)
    parser.add_argument("--texts", type=int, nargs="+", default=[100, 1000], help="lengths of the questions")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.samples, options.leaves, options.texts[0], options.worker)
        return
    rows, peaks = [], []
    for length in options.texts:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [
                    *(sys.executable, __file__, "--worker", folder, "--texts", str(length)),
                    *("--samples", str(options.samples), "--leaves", str(options.leaves)),
                ],
                stdout=subprocess.PIPE,
                check=True,
            )
        lines = [orjson.loads(line) for line in done.stdout.splitlines()]
        rows += [
            [length, line["step"], f"{line['seconds']:.1f}", f"{line['peak']:.0f}", f"{line['file']:.0f}"]
            for line in lines
        ]
        peaks.append(lines[-1]["peak"])
    print(f"{options.samples} samples over {options.leaves} leaves, Python {sys.version.split()[0]}")
    print(tabulate(rows, headers=["text", "step", "seconds", "peak MB", "file MB"]))
    print("peak memory: " + ", ".join(f"{peak:.0f} MB" for peak in peaks))


if __name__ == "__main__":
    main()
