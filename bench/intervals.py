"""How often 95 % intervals contain the truth: of proportions, of rows in clusters, and of a weighted index.

    python bench/intervals.py [--runs 2000] [--most 2000]

A row is one kind at one number of samples, over true values p from 0.02 to 0.98: the mean of the coverage, the lowest
coverage and its p, and the highest share of runs on either side of an interval. Proportions are computed exactly, from
the binomial distribution of what `mean` gives for every count; the others are simulated, `--runs` times each. A star
stands at a mean that is more than a point from 95 %, and at a cell below 92.5 %. Seeded: the same command prints the
same table. Intervals of repeats are in `bench/coverage.py`.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tabulate import tabulate

from pytest_evalscope.stats import mean, weighted
from pytest_evalscope.types import Columns, Estimate

VALUES = (0.02, 0.05, *(step / 10 for step in range(1, 10)), 0.95, 0.98)
SIZES = (20, 30, 50, 100, 200, 500, 1000, 2000)
CLUSTER = 5
"""Rows that share a cluster; their chances have an intra-class correlation of 0.3."""
CORRELATION = 0.3
SHARES = (0.4, 0.3, 0.2, 0.1)
"""Shares of an index's leaves, which have as many samples each."""
OFFSETS = (0.02, -0.02, 0.01, -0.01)
"""Differences of the leaves' true values from p, before they are shifted so that the index is p."""


class Cell(NamedTuple):
    """Shares of runs whose interval lies below and above the truth."""

    truth: float
    under: float
    over: float

    @property
    def coverage(self) -> float:
        """Share of runs whose interval contains the truth."""
        return 1 - self.under - self.over


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="runs of a simulated cell")
    parser.add_argument("--most", type=int, default=max(SIZES), help="highest number of samples")
    given = parser.parse_args()
    sizes = [size for size in SIZES if size <= given.most]
    rows = [[name, size, *summarized(kind(size, VALUES, given.runs))] for name, kind in KINDS.items() for size in sizes]
    print(tabulate(rows, headers=["kind", "n", "mean", "lowest", "at p", "below %", "above %"]))


def summarized(cells: Sequence[Cell]) -> list[str]:
    """Return mean and lowest coverage, and the highest shares on both sides, as texts."""
    average = math.fsum(cell.coverage for cell in cells) / len(cells)
    lowest = min(cells, key=lambda cell: cell.coverage)
    return [
        f"{average:.3f}{'*' if abs(average - 0.95) > 0.01 else ''}",
        f"{lowest.coverage:.3f}{'*' if lowest.coverage < 0.925 else ''}",
        f"{lowest.truth:g}",
        f"{100 * max(cell.under for cell in cells):.1f}",
        f"{100 * max(cell.over for cell in cells):.1f}",
    ]


def proportions(size: int, values: Sequence[float], _: int = 0) -> list[Cell]:
    """Return the exact cells of zeros and ones."""
    intervals = [zeros_and_ones([1.0] * right + [0.0] * (size - right), range(size)) for right in range(size + 1)]
    return [_exact(intervals, size, truth) for truth in values]


def _exact(intervals: Sequence[Estimate], size: int, truth: float) -> Cell:
    under = over = 0.0
    for right, made in enumerate(intervals):
        ways = math.lgamma(size + 1) - math.lgamma(right + 1) - math.lgamma(size - right + 1)
        chance = math.exp(ways + right * math.log(truth) + (size - right) * math.log1p(-truth))
        under += chance * (made.high < truth - 1e-12)
        over += chance * (made.low > truth + 1e-12)
    return Cell(truth, under, over)


def clusters(size: int, values: Sequence[float], runs: int) -> list[Cell]:
    """Return the cells of zeros and ones in clusters, whose chances come from a beta distribution."""
    numbers = [row // CLUSTER for row in range(size)]
    scale = (1 - CORRELATION) / CORRELATION

    def draw(source: random.Random, truth: float) -> Estimate:
        rows: list[float] = []
        for _ in range(size // CLUSTER):
            chance = source.betavariate(truth * scale, (1 - truth) * scale)
            rows += [float(source.random() < chance) for _ in range(CLUSTER)]
        return zeros_and_ones(rows, numbers)

    return [simulated(f"clusters {size}", truth, runs, draw) for truth in values]


def index(size: int, values: Sequence[float], runs: int) -> list[Cell]:
    """Return the cells of an index of four leaves with a quarter of the samples each."""
    leaf = max(1, size // len(SHARES))
    middle = math.fsum(share * offset for share, offset in zip(SHARES, OFFSETS, strict=True))

    def draw(source: random.Random, truth: float) -> Estimate:
        made = []
        for offset in OFFSETS:
            chance = min(1.0, max(0.0, truth + offset - middle))
            made.append(zeros_and_ones([float(source.random() < chance) for _ in range(leaf)], range(leaf)))
        return weighted(made, SHARES)

    def expected(truth: float) -> float:
        chances = (min(1.0, max(0.0, truth + offset - middle)) for offset in OFFSETS)
        return math.fsum(share * chance for share, chance in zip(SHARES, chances, strict=True))

    return [simulated(f"index {size}", truth, runs, draw, expected(truth)) for truth in values]


def simulated(
    seed: str, truth: float, runs: int, draw: Callable[[random.Random, float], Estimate], value: float | None = None
) -> Cell:
    """Return the cell of `runs` estimates that `draw` makes; `value` is what they estimate, if it is not `truth`."""
    source = random.Random(f"{seed} {truth}")
    expected = truth if value is None else value
    made = [draw(source, truth) for _ in range(runs)]
    under = sum(estimate.high < expected - 1e-12 for estimate in made) / runs
    return Cell(truth, under, sum(estimate.low > expected + 1e-12 for estimate in made) / runs)


def zeros_and_ones(rows: Sequence[float], numbers: Sequence[int]) -> Estimate:
    """Return the estimate that `mean` gives for rows in clusters of these numbers."""
    return mean("right")(Columns(values={"right": rows}, clusters=numbers, samples=range(len(rows))))


KINDS: dict[str, Callable[[int, Sequence[float], int], list[Cell]]] = {
    "proportion": proportions,
    "clusters": clusters,
    "index": index,
}

if __name__ == "__main__":
    main()
