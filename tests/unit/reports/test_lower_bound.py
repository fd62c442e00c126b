"""Leaderboards as text and JSON: each number in its place, the interval's lower bound first."""

import pytest

from pytest_evalscope.reports.leaderboard import leaderboard_content, leaderboard_text
from pytest_evalscope.types import Estimate, Leaderboard, Orders, Standing


@pytest.fixture
def board():
    """A better model, the baseline, one of which nothing is known, and 10 battles."""
    rating = Estimate(value=1100.4, stderr=40.0, low=1020.6, high=1210.2, n=10, metric="rating")
    rate = Estimate(value=0.65, stderr=0.05, low=0.538, high=0.741, n=10, metric="win_rate")
    fixed = Estimate(value=1000.0, stderr=0.0, low=1000.0, high=1000.0, n=10, metric="rating")
    standings = (
        Standing(model="new", rating=rating, win_rate=rate, won=6, tied=1, lost=3, unscored=0),
        Standing(model="old", rating=fixed, win_rate=None, won=3, tied=1, lost=6, unscored=1),
        Standing(model="lone", rating=None, win_rate=None, won=0, tied=0, lost=0, unscored=1),
    )
    orders = Orders(agreed=10, first=0, second=0, half=0)
    return Leaderboard(name="overall", baseline="old", standings=standings, orders=orders, battles=11)


def test_a_row_has_the_interval_as_what_it_lies_below_and_above(board):
    rows = [line.split("  ") for line in leaderboard_text(board).splitlines()]
    cells = {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in rows}
    assert cells["new"] == ["65.0", "(-11.2 / +9.1)", "1100", "1021–1210", "6", "1", "3", "0"]
    assert cells["old"] == ["50.0", "(+0.0 / +0.0)", "1000", "1000–1000", "3", "1", "6", "1"]
    assert cells["lone"] == ["–", "–", "–", "–", "0", "0", "0", "1"]


def test_the_bounds_are_in_the_file(board):
    new, old, lone = leaderboard_content(board)["models"]
    assert (new["win_rate"]["low"], new["win_rate"]["high"]) == (0.538, 0.741)
    assert (new["rating"]["low"], new["rating"]["high"]) == (1020.6, 1210.2)
    assert (old["win_rate"], lone["rating"], lone["win_rate"]) == (None, None, None)


def test_a_gate_reads_the_lower_bound_by_the_models_name(board):
    assert board["new"].win_rate.low > 0.5
    assert not board["new"].win_rate.low > 0.54
    assert [standing.model for standing in board] == ["new", "old", "lone"]
