"""How often intervals of repeated samples contain the truth, near the edges too.

    python bench/coverage.py [--runs 2000]

Every sample has a chance of its own, from a beta distribution with the given mean and intra-class correlation, and is
requested 4 or 5 times. A row is one cell: the share of runs whose 95 % interval contains the true value, and the shares
of runs in which the truth is below and above it, for Student's interval (cut to [0, 1]) and for the metric's own. A
star stands at a coverage below 0.925 and at a tail above 4.5 %. Seeded: the same command prints the same table.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tabulate import tabulate

from pytest_evalscope.stats import mean, pass_at_k, pass_hat_k
from pytest_evalscope.stats.distributions import t_quantile
from pytest_evalscope.types import Columns, Estimate, Metric


@dataclass(frozen=True)
class Cell:
    """Samples whose chances have one distribution, and the metric that is computed of their repeats."""

    name: str
    metric: Metric
    value: Callable[[int, int], float]
    """(repeats, right ones) → value of a sample."""
    truth: float
    correlation: float
    samples: int
    repeats: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="runs a cell")
    runs = parser.parse_args().runs
    rows = []
    for cell in cells():
        student, own = measured(cell, runs)
        rows.append([cell.name, cell.samples, cell.repeats, cell.correlation, cell.truth, *student, *own])
    headers = ["metric", "n", "repeats", "icc", "truth", "Student", "below %", "above %", "own", "below %", "above %"]
    print(tabulate(rows, headers=headers))


def cells() -> Iterator[Cell]:
    """Yield the cells: means of 4 repeats, and pass@k and pass^k of 5."""
    for samples in (20, 100):
        for correlation in (0.3, 0.7):
            for truth in (0.02, 0.10, 0.50, 0.90, 0.98):
                yield Cell("mean", mean("right"), share, truth, correlation, samples, 4)
        for k in (1, 3, 5):
            for truth in (0.29, 0.75, 0.985):
                yield Cell(f"pass@{k}", pass_at_k(k, "right"), partial(any_of, k), truth, 0.3, samples, 5)
        yield Cell("pass^3", pass_hat_k(3, "right"), partial(all_of, 3), 0.015, 0.3, samples, 5)


def share(repeats: int, right: int) -> float:
    """Return the share of right ones."""
    return right / repeats


def any_of(k: int, repeats: int, right: int) -> float:
    """Return the chance that any of `k` of the repeats is right."""
    return 1 - math.comb(repeats - right, k) / math.comb(repeats, k)


def all_of(k: int, repeats: int, right: int) -> float:
    """Return the chance that all of `k` of the repeats are right."""
    return math.comb(right, k) / math.comb(repeats, k)


def measured(cell: Cell, runs: int) -> tuple[list[str], list[str]]:
    """Return coverage and both tails of Student's interval and of the metric's own."""
    source = random.Random(f"{cell.name} {cell.truth} {cell.correlation} {cell.samples}")
    first, second = shape_of(cell)
    student = [0, 0]
    own = [0, 0]
    for _ in range(runs):
        rows: list[float] = []
        for _ in range(cell.samples):
            chance = source.betavariate(first, second)
            rows += [float(source.random() < chance) for _ in range(cell.repeats)]
        samples = [row // cell.repeats for row in range(len(rows))]
        estimate = cell.metric(Columns(values={"right": rows}, clusters=samples, samples=samples))
        for counts, (low, high) in ((own, (estimate.low, estimate.high)), (student, by_student(estimate, cell))):
            counts[0] += cell.truth < low - 1e-12
            counts[1] += cell.truth > high + 1e-12
    return shown(student, runs), shown(own, runs)


def by_student(estimate: Estimate, cell: Cell) -> tuple[float, float]:
    """Return Student's interval on the same standard error; where nothing differs, the estimate's own."""
    if estimate.value in (0, 1):
        return estimate.low, estimate.high
    half = t_quantile(0.975, cell.samples - 1) * estimate.stderr
    return max(0.0, estimate.value - half), min(1.0, estimate.value + half)


def shown(counts: list[int], runs: int) -> list[str]:
    """Return coverage and tails as texts."""
    coverage = 1 - sum(counts) / runs
    tails = [f"{100 * count / runs:.1f}{'*' if count / runs > 0.045 else ''}" for count in counts]
    return [f"{coverage:.3f}{'*' if coverage < 0.925 else ''}", *tails]


def shape_of(cell: Cell) -> tuple[float, float]:
    """Return the two parameters of the beta distribution whose samples have the cell's true value on average."""
    least, most = 1e-9, 1 - 1e-9
    size = (1 - cell.correlation) / cell.correlation
    for _ in range(80):
        middle = (least + most) / 2
        if expected(cell, middle * size, (1 - middle) * size) < cell.truth:
            least = middle
        else:
            most = middle
    return middle * size, (1 - middle) * size


def expected(cell: Cell, first: float, second: float) -> float:
    """Return the mean of a sample's value, by the beta-binomial distribution of its right repeats."""
    n = cell.repeats

    def beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    return math.fsum(
        math.comb(n, right)
        * math.exp(beta(first + right, second + n - right) - beta(first, second))
        * cell.value(n, right)
        for right in range(n + 1)
    )


if __name__ == "__main__":
    main()
