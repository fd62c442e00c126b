"""A small part of the table of `bench/intervals.py`: how often 95 % intervals contain the truth."""

import math

import pytest

from bench.intervals import KINDS, VALUES, Cell, clusters, index, proportions, simulated, summarized, zeros_and_ones


def average(cells):
    return math.fsum(cell.coverage for cell in cells) / len(cells)


@pytest.mark.parametrize("size", [20, 50, 100, 200])
def test_intervals_of_proportions_cover_95_percent_on_average(size):
    cells = proportions(size, VALUES)
    assert average(cells) == pytest.approx(0.95, abs=0.01)
    # Wilson's interval: 0.9245 at p = 0.05 of 20, 0.9216 at p = 0.02 of 50, by scipy 1.17.1's binomial distribution.
    assert min(cell.coverage for cell in cells) >= 0.92


@pytest.mark.parametrize(("size", "truth", "coverage"), [(20, 0.05, 0.9245), (50, 0.02, 0.9216), (20, 0.95, 0.9245)])
def test_the_cells_of_proportions_are_exact(size, truth, coverage):
    [cell] = proportions(size, [truth])
    assert cell.coverage == pytest.approx(coverage, abs=5e-5)
    assert cell.over > 0.07 if truth < 0.5 else cell.under > 0.07, "all of what is missing is on the side of the middle"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "most"), [(clusters, 0.985), (index, 0.972)])
def test_intervals_of_clusters_and_of_an_index_cover_at_least_as_much(kind, most):
    cells = kind(100, (0.02, 0.1, 0.5, 0.9, 0.98), 300)
    assert 0.94 <= average(cells) <= most
    assert min(cell.coverage for cell in cells) >= 0.925


def test_simulations_are_seeded_and_count_both_sides():
    def draw(source, truth):
        return zeros_and_ones([float(source.random() < truth) for _ in range(20)], range(20))

    one, other = (simulated("s", 0.3, 50, draw) for _ in range(2))
    assert one == other
    assert simulated("s", 0.3, 50, draw, 1.0) == Cell(0.3, 1.0, 0.0)
    assert simulated("s", 0.3, 50, draw, 0.0) == Cell(0.3, 0.0, simulated("s", 0.3, 50, draw, 0.0).over)
    assert list(KINDS) == ["proportion", "clusters", "index"]


def test_a_star_stands_at_what_is_too_far_off():
    fine, low = Cell(0.5, 0.02, 0.03), Cell(0.1, 0.0, 0.08)
    assert summarized([fine]) == ["0.950", "0.950", "0.5", "2.0", "3.0"]
    assert summarized([fine, low]) == ["0.935*", "0.920*", "0.1", "2.0", "8.0"]
