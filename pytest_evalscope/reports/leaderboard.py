"""Leaderboards: for the terminal, as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import Any

from tabulate import tabulate

from pytest_evalscope.reports.escape import one_line
from pytest_evalscope.reports.table import Block, Note, Table
from pytest_evalscope.text import neutralize_commands
from pytest_evalscope.types import Estimate, Leaderboard, Orders, Standing, estimate_to_plain, plain

_NONE = "–"
_SUBSET = "SUBSET LEADERBOARD"
BIASED = 0.05
"""Least probability for which a preference for one place counts as chance."""


def leaderboard_text(board: Leaderboard) -> str:
    """Return every leaderboard as text: overall, per data set, per subset; win rates in per cent, the interval as
    what it lies below and above, and after them the rating and the battles.
    """
    made = []
    for title, each in _titled(board):
        headers = ["Model", "WinRate (%)", "CI (%)", "Rating", "95 %", "Won", "Tied", "Lost", "No verdict"]
        rows = [[one_line(standing.model), *_win_rate(standing, each), *_rest(standing)] for standing in each]
        align = ["left", *["right"] * 8] if rows else None  # tabulate 0.9 has no columns where there are no rows
        table = tabulate(rows, headers=headers, disable_numparse=True, colalign=align)
        made.append("\n".join([f"=== {title} ===", table, *map(one_line, _orders_lines(each.orders)), ""]))
    return neutralize_commands("\n".join(made))


def leaderboard_blocks(board: Leaderboard, *, every_subset: bool = False) -> list[Block]:
    """Return the tables of a leaderboard and its data sets, and notes on the orders."""
    blocks: list[Block] = []
    for title, each in _titled(board):
        if title.startswith(_SUBSET) and not every_subset:
            continue
        headers = ("model", "win rate %", "CI %", "rating", "95 %", "won", "tied", "lost", "no verdict")
        rows = tuple((standing.model, *_win_rate(standing, each), *_rest(standing)) for standing in each)
        blocks.append(
            Table(title=title.lower(), headers=headers, rows=rows, numbers=frozenset(headers[1:]), optional=("95 %",))
        )
    blocks.append(Note(lines=(*_orders_lines(board.orders), f"baseline: {board.baseline}")))
    return blocks


def bias_of(orders: Orders) -> str:
    """Return the place that the judges prefer, `first` or `second`; "" where that may be chance.

    A judge without a preference names the first place as often as the second in battles where the two orders disagree:
    an exact sign test (two-sided) on those. Where at least half of all battles went to a place, it is always named.
    """
    more, less = max(orders.first, orders.second), min(orders.first, orders.second)
    tested = more + less
    if more == less:
        return ""
    chance = 2 * sum(comb(tested, count) for count in range(less + 1)) / 2**tested
    if chance >= BIASED and 2 * more < orders.battles:
        return ""
    return "first" if orders.first > orders.second else "second"


def _titled(board: Leaderboard) -> Iterator[tuple[str, Leaderboard]]:
    yield "OVERALL LEADERBOARD", board
    for name, data in board.parts.items():
        yield f"DATASET LEADERBOARD: {name}", data
    for data in board.parts.values():
        for part in data.parts.values():
            yield f"{_SUBSET}: {part.name}", part


def _win_rate(standing: Standing, board: Leaderboard) -> tuple[str, str]:
    if standing.model == board.baseline:
        return "50.0", "(+0.0 / +0.0)"
    rate = standing.win_rate
    if rate is None:
        return _NONE, _NONE
    below, above = 100 * (rate.low - rate.value), 100 * (rate.high - rate.value)
    return f"{100 * rate.value:.1f}", f"({below:+.1f} / {above:+.1f})"


def _rest(standing: Standing) -> tuple[str, ...]:
    rating = standing.rating
    shown = (_NONE, _NONE) if rating is None else (f"{rating.value:.0f}", f"{rating.low:.0f}–{rating.high:.0f}")
    return (*shown, str(standing.won), str(standing.tied), str(standing.lost), str(standing.unscored))


def _orders_lines(orders: Orders) -> list[str]:
    if not orders.battles:
        return ["no battle has a verdict"]
    agreed = f"both orders agreed in {orders.agreed} of {orders.battles} battles"
    if orders.agreed == orders.battles:
        return [agreed]
    others = f"the completion shown first won {orders.first}, the one shown second {orders.second}"
    lines = [f"{agreed}; of the others, which count as ties, {others}, and {orders.half} were a tie in one order only"]
    if place := bias_of(orders):
        lines.append(
            f"POSITION BIAS: the judges prefer the completion that is shown {place}; verdicts that follow the place "
            "say nothing about the completions"
        )
    return lines


def leaderboard_content(board: Leaderboard) -> dict[str, Any]:
    """Return a leaderboard and its parts as JSON types."""
    orders = board.orders
    return {
        "name": board.name,
        "baseline": board.baseline,
        "battles": board.battles,
        "unscored": board.unscored,
        "orders": {**plain(orders), "consistency": orders.consistency, "bias": bias_of(orders)},
        "models": [
            {
                "model": standing.model,
                "rating": _number(standing.rating),
                "win_rate": _number(standing.win_rate),
                "won": standing.won,
                "tied": standing.tied,
                "lost": standing.lost,
                "unscored": standing.unscored,
            }
            for standing in board
        ],
        "parts": [leaderboard_content(part) for part in board.parts.values()],
    }


def _number(estimate: Estimate | None) -> dict[str, float | int] | None:
    return None if estimate is None else estimate_to_plain(estimate)
