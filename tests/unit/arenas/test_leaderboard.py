"""Leaderboards from battles on disk: who won what, in which order the models stand, and what the orders say."""

from functools import partial

import orjson
import pytest

from pytest_evalscope.arenas import Arena, Field, board_of, boards
from pytest_evalscope.run import RunFolder
from pytest_evalscope.stats.ratings import rate
from pytest_evalscope.types import Orders

VALUES = {"won": (1.0, 1.0, 1.0), "lost": (0.0, 0.0, 0.0), "tied": (0.5, 0.5, 0.5), "first": (0.5, 1.0, 0.0)}
VALUES |= {"second": (0.5, 0.0, 1.0), "half": (0.5, 1.0, 0.5)}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Intervals from 20 draws in place of 1000: what they are worth is no matter here."""
    monkeypatch.setattr("pytest_evalscope.arenas.leaderboard.rate", partial(rate, draws=20))


@pytest.fixture
def arena(tmp_path):
    """Makes an arena: "data/subset" → pair → what became of each battle, from its first model's side."""

    def made(battles, name="run"):
        fields = []
        for where, pairs in battles.items():
            dataset, subset = where.split("/")
            for (first, second), said in pairs.items():
                path = RunFolder(tmp_path / name).file("reviews", f"{first} vs {second}", dataset, subset)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join(map(line, range(len(said)), said)))
            fields.append(Field(dataset=dataset, subset=subset, pairs=tuple(pairs)))
        return Arena(folder=tmp_path / name, baseline="base", fields=tuple(fields))

    return made


def line(number, said):
    score, first, second = VALUES.get(said, (0.0, 0.0, 0.0))
    record = {
        "sample_id": f"q{number}",
        "repeat": 0,
        "outcome": "scored" if said in VALUES else said,
        "values": {"score": score, "shown_first": first, "shown_second": second},
        "target": "",
    }
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def counts(board):
    return {each.model: (each.won, each.tied, each.lost, each.unscored) for each in board}


EASY = {("base", "new"): ["lost", "lost", "won", "tied", "timeout"], ("mid", "new"): ["lost", "lost", "lost"]}
HARD = {("base", "new"): ["first", "half", "second", "second"], ("mid", "new"): ["model_error"]}


def test_a_data_set_has_its_subsets_as_parts(arena):
    board = board_of(arena({"arc/easy": EASY, "arc/hard": HARD}))
    assert (board.name, board.baseline, board.battles, board.unscored) == ("arc", "base", 13, 2)
    assert counts(board) == {"new": (5, 5, 1, 2), "base": (1, 5, 2, 1), "mid": (0, 0, 3, 1)}
    assert [each.model for each in board] == ["new", "base", "mid"]
    assert board.orders == Orders(agreed=7, first=1, second=2, half=1)
    assert list(board.parts) == ["easy", "hard"]
    easy, hard = board.parts.values()
    assert (easy.name, easy.battles, easy.orders) == ("arc - easy", 8, Orders(agreed=7, first=0, second=0, half=0))
    assert (hard.name, hard.battles, hard.orders) == ("arc - hard", 5, Orders(agreed=0, first=1, second=2, half=1))
    assert counts(hard) == {"base": (0, 4, 0, 0), "new": (0, 4, 0, 1), "mid": (0, 0, 0, 1)}


def test_win_rates_and_ratings_are_of_battles_with_a_verdict(arena):
    board = board_of(arena({"arc/easy": EASY}))
    new, base, mid = (board[name] for name in ("new", "base", "mid"))
    assert new.win_rate is not None
    assert (new.win_rate.value, new.win_rate.n) == (2.5 / 4, 4)
    assert (base.win_rate, mid.win_rate) == (None, None)
    assert base.rating is not None
    assert base.rating.value == 1000


def test_who_never_met_the_baseline_comes_last_by_name(arena):
    pairs = {("z", "y"): ["won"], ("base", "new"): ["won"], ("x", "y"): ["timeout"]}
    board = board_of(arena({"arc/easy": pairs}))
    assert [each.model for each in board] == ["base", "new", "x", "y", "z"]
    assert [each.rating is None for each in board] == [False, False, True, True, True]


def test_without_a_verdict_nobody_is_rated(arena):
    board = board_of(arena({"arc/easy": {("base", "new"): ["timeout", "scorer_error"]}}))
    assert counts(board) == {"base": (0, 0, 0, 2), "new": (0, 0, 0, 2)}
    assert [each.rating for each in board] == [None, None]
    assert board.orders == Orders(agreed=0, first=0, second=0, half=0)


def test_the_overall_board_has_the_data_sets_of_all_arenas_by_name(arena):
    one = arena({"law/main": {("base", "new"): ["won"]}, "arc/easy": EASY}, "one")
    other = arena({"arc/hard": HARD}, "other")
    board = boards([one, other])
    assert (board.name, board.baseline, board.battles) == ("overall", "base", 14)
    assert list(board.parts) == ["arc", "law"]
    assert list(board.parts["arc"].parts) == ["easy", "hard"]
    assert counts(board) == {"new": (5, 5, 2, 2), "base": (2, 5, 2, 1), "mid": (0, 0, 3, 1)}
    alone = boards([arena({"law/main": {("base", "new"): ["won"]}}, "alone")])
    assert (alone.name, list(alone.parts), alone.parts["law"].name) == ("overall", ["law"], "law")
    assert [part.name for part in alone.parts["law"].parts.values()] == ["law - main"]


def test_prompts_of_two_subsets_are_not_one_prompt(arena):
    pairs = {("base", "new"): ["won", "lost"]}
    board = board_of(arena({"arc/easy": pairs, "arc/hard": pairs}))
    assert board["new"].win_rate is not None
    assert board["new"].win_rate.n == 4


def test_a_seed_repeats_the_intervals(arena):
    made = arena({"arc/easy": EASY, "arc/hard": HARD})

    def ends(board):
        return [(rating.low, rating.high) for each in board for rating in [each.rating] if rating is not None]

    assert ends(board_of(made)) == ends(board_of(made, seed=0)) == ends(boards([made]).parts["arc"])
    assert ends(board_of(made, seed=1)) != ends(board_of(made))
    assert ends(boards([made], seed=1)) == ends(board_of(made, seed=1)) == ends(boards([made], seed=1).parts["arc"])
    for each in (board_of(made, seed=1), boards([made], seed=1).parts["arc"]):
        assert ends(each.parts["easy"]) != ends(board_of(made).parts["easy"])
