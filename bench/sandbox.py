"""The reference solutions of HumanEval or MBPP in a sandbox: how many pass, and how many programs run per second.

    python bench/sandbox.py --data-dir DIR [--sandbox local|unsafe] [--benchmark humaneval|mbpp]

Prints one line: passed, planned, seconds, programs per second, cores. Each must pass; a body of `raise` must not.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.sandbox import KINDS, open_sandbox
from pytest_evalscope.types import Completion, Context, Sample, Score


async def mark(name: str, samples: list[Sample], replies: list[str], kind: Any) -> tuple[list[Score], float]:
    """Return the scores of the replies, and the seconds they took."""
    benchmark = load(name)
    sandbox = open_sandbox(kind)
    context = Context(model=cast("Any", None), sandbox=sandbox)
    began = perf_counter()
    try:
        pairs = zip(samples, replies, strict=True)
        scores = await asyncio.gather(
            *(cast("Any", benchmark.score(sample, Completion(text=reply), context)) for sample, reply in pairs)
        )
    finally:
        await sandbox.aclose()
    return scores, perf_counter() - began


def _head(sample: Sample) -> str:
    return str(sample.metadata.get("prompt", ""))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--sandbox", choices=KINDS, default="local")
    parser.add_argument("--benchmark", choices=("humaneval", "mbpp"), default="humaneval")
    given = parser.parse_args()
    source = Source(data_dir=given.data_dir, offline=True)
    benchmark = load(given.benchmark)
    samples = list(benchmark.samples(benchmark.data.subsets[0], source))
    failed = 0
    for name, replies in (
        ("canonical", [str(sample.target) for sample in samples]),
        ("in a block", [f"Here:\n```python\n{_head(sample)}{sample.target}\n```" for sample in samples]),
        ("raise", ["    raise ValueError" for _ in samples]),
    ):
        scores, seconds = asyncio.run(mark(given.benchmark, samples, replies, given.sandbox))
        passed = sum(score.values["accuracy"] == 1 for score in scores)
        failed += passed != (0 if name == "raise" else len(samples))
        rate = len(samples) / seconds
        if name == "canonical":
            for sample, score in zip(samples, scores, strict=True):
                if score.explanation:
                    print(f"{sample.id}: {score.explanation}")
        print(f"{name:<10} {passed}/{len(samples)} in {seconds:.1f} s: {rate:.1f} per second, {os.cpu_count()} cores")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
