"""Time what happens to a sample besides the model: reading rows, rendering prompts, marking replies.

    python bench/scoring.py --data-dir DIR

DIR is a mirror of the data (`<hub id>/<config>/<split>.jsonl`). Prints a table; each figure is the best of seven.
"""

from __future__ import annotations

import argparse
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from pytest_evalscope.benchmarks import load
from pytest_evalscope.data import Source
from pytest_evalscope.models import ModelOptions
from pytest_evalscope.models.providers.fake import open_fake
from pytest_evalscope.types import Completion, Context

STEPS = "First we take the 16 eggs of one day, of which she eats three, and so there are 13 left to think about.\n"
REPLIES = {
    ("gsm8k", "main"): {
        "boxed, 500 characters": STEPS * 4 + "So the final answer is \\boxed{18}.",
        "last number, 500 characters": STEPS * 4 + "So she has $18 in all.",
        "boxed, 2,000 characters": STEPS * 19 + "So the final answer is \\boxed{18}.",
        "no number": "I'm sorry, but I can't help with that.",
    },
    ("mmlu", "anatomy"): {
        "as asked": "ANSWER: B",
        "as asked, 500 characters": STEPS * 4 + "ANSWER: B",
        "last letter, 500 characters": STEPS * 4 + "So I choose B.",
        "options repeated": "A) one\nB) two\nC) three\nD) four",
    },
}


def microseconds(call: Callable[[], object]) -> float:
    """Return the least time of one call, in microseconds."""
    return min(timeit.repeat(call, number=1000, repeat=7)) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    source = Source(data_dir=parser.parse_args().data_dir, offline=True)
    context = Context(model=open_fake("echo", ModelOptions()))
    print("| what | time |\n|---|---|")
    for (name, subset), replies in REPLIES.items():
        benchmark: Any = load(name)
        sample = next(benchmark.samples(subset, source))
        shots = benchmark.shots(subset, source)
        for kind, text in replies.items():
            completion = Completion(text=text)
            spent = microseconds(partial(benchmark.score, sample, completion, context))
            print(f"| mark a reply to {name}: {kind} | {spent:.1f} µs |")
        spent = microseconds(partial(benchmark.solve.render, sample, shots))
        print(f"| render a prompt of {name}, {len(shots)} worked examples | {spent:.1f} µs |")
    mmlu = load("mmlu")
    started = perf_counter()
    count = sum(1 for subset in mmlu.data.subsets for _ in mmlu.samples(subset, source))
    print(f"| read {count:,} rows of mmlu as samples | {perf_counter() - started:.2f} s |")


if __name__ == "__main__":
    main()
