"""This checkout and another one, measured in turn on the same machine: `python bench/overhead.py --against DIR`.

What a busy minute costs, it costs both: each pair is measured back to back, and every other pair in the opposite order.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from bench.overhead import bare, fresh, ours, run, server, span_of, stats, write_prompts
else:
    from overhead import bare, fresh, ours, run, server, span_of, stats, write_prompts

ROOT = Path(__file__).resolve().parent.parent
ONE_SUBSET = {"gsm8k": (), "mmlu": ("--eval-dataset-args", json.dumps({"mmlu": {"subsets": ["anatomy"]}}))}
FLYING = 512
LATENCY = 0.2
_IMPORT = (
    "import time, pytest; began = time.perf_counter(); import pytest_evalscope.plugin as made; "
    "print(1000 * (time.perf_counter() - began), made.__file__)"
)


@dataclass(frozen=True)
class Checkout:
    """One of the two, and what was measured of it: a figure per pair."""

    root: Path
    folder: Path
    figures: dict[str, list[float]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that have a process run this checkout wherever it is started, and keep its byte code."""
        return {
            "PYTHONPATH": str(self.root),
            "PYTHONSAFEPATH": "1",
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def note(self, what: str, figure: float) -> None:
        """Add a figure."""
        self.figures.setdefault(what, []).append(figure)


def pairs(folder: Path, data_dir: Path, against: Path, count: int) -> None:
    """Measure `count` pairs and print a table. Exits where `against` is no checkout, or is not what would run."""
    old, new = (Checkout(root=root.resolve(), folder=folder) for root in (against, ROOT))
    prompts = {name: write_prompts(data_dir, name, folder) for name in ("gsm8k", "mmlu")}
    for each in (old, new):  # once for nothing: byte code is written, files are in memory
        _guest(each)
        with server() as url:
            fresh(folder)
            run(ours(url, folder, "gsm8k", data_dir, "--eval-limit=5"), **each.environment)
    for number in range(count):
        two = (old, new) if number % 2 == 0 else (new, old)
        for each in two:
            each.note("import by a guest, ms", _guest(each))
        _starts(two, folder, data_dir)
        for name, (path, samples) in prompts.items():
            _costs(two, folder, data_dir, name, path, samples)
        _bursts(two, folder, data_dir, *prompts["gsm8k"])
        print(f"pair {number + 1} of {count}", file=sys.stderr, flush=True)
    print(f"\n{against} (old) and this checkout (new), {count} pairs, medians\n{_table(old, new)}")


def _guest(each: Checkout) -> float:
    """Return the milliseconds that importing the plugin takes where pytest is loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT],
        env={**os.environ, **each.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    taken, _, file = done.stdout.strip().partition(" ")
    if done.returncode or not Path(file).is_relative_to(each.root):
        raise SystemExit(f"--against: no checkout of this project ({each.root}); a process would run {file or 'none'}")
    return float(taken)


def _starts(two: Iterable[Checkout], folder: Path, data_dir: Path) -> None:
    """Five samples, beyond what an empty pytest takes from start to exit."""
    empty = folder / "test_empty.py"
    empty.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:evalscope", str(empty)]
    with server() as url:
        for each in two:
            nothing = run([*command, "--rootdir", str(folder)], **each.environment)
            fresh(folder)
            five = run(ours(url, folder, "gsm8k", data_dir, "--eval-limit=5"), **each.environment)
            each.note("start beyond an empty pytest, s", five.wall - nothing.wall)
            each.note("the same in CPU, s", five.cpu - nothing.cpu)


def _costs(two: Iterable[Checkout], folder: Path, data_dir: Path, name: str, prompts: Path, count: int) -> None:
    """CPU a sample beyond the bare loop, start aside; and the seconds to find a finished run finished, start aside."""
    with server() as url:
        loop = run(bare(url, prompts, count, 32)).cpu - run(bare(url, prompts, 5, 5)).cpu
        for each in two:
            command = ours(url, folder, name, data_dir)
            fresh(folder)
            five = run([*command, "--eval-limit=5", *ONE_SUBSET[name]], **each.environment)
            fresh(folder)
            one = run([*command, "--eval-limit=1"], **each.environment)
            full = run(command, **each.environment)
            asked = stats(url)["requests"]
            again = run(command, **each.environment)
            assert stats(url)["requests"] == asked, "a finished run asked again"
            each.note(f"{name}: CPU a sample beyond bare, ms", 1000 * (full.cpu - five.cpu - loop) / count)
            each.note(f"{name}: finished run beyond start, s", again.wall - one.wall)


def _bursts(two: Iterable[Checkout], folder: Path, data_dir: Path, prompts: Path, count: int) -> None:
    """How much less full the slots are than the bare loop's, in points: all replies of a wave come at once."""
    ideal = math.ceil(count / FLYING) * LATENCY
    with server(LATENCY) as url:
        run(bare(url, prompts, -1, FLYING))
        loop = ideal / span_of(url)
    for each in two:
        fresh(folder)
        with server(LATENCY) as url:
            run(ours(url, folder, "gsm8k", data_dir, f"--eval-concurrency={FLYING}"), **each.environment)
            each.note(f"{FLYING} in flight: points below bare", 100 * (loop - ideal / span_of(url)))


def _table(old: Checkout, new: Checkout) -> str:
    """Return medians, the median of each pair's ratio, and in how many pairs the new figure is the lower one."""
    rows = []
    for what, before in old.figures.items():
        after = new.figures[what]
        ratios = [second / first for first, second in zip(before, after, strict=True) if first > 0]
        lower = sum(second < first for first, second in zip(before, after, strict=True))
        rows.append(
            [
                what,
                f"{statistics.median(before):.3f}",
                f"{statistics.median(after):.3f}",
                f"{statistics.median(ratios):.2f}" if ratios else "–",
                f"{lower} of {len(before)}",
            ]
        )
    return tabulate(rows, headers=["", "old", "new", "new / old", "new lower"], disable_numparse=True, stralign="right")
