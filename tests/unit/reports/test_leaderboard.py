"""The exact texts of a leaderboard: two data sets, of which one has two subsets, and battles without a verdict."""

from dataclasses import replace

import pytest

from pytest_evalscope.reports.leaderboard import bias_of, leaderboard_blocks, leaderboard_content, leaderboard_text
from pytest_evalscope.reports.table import Note, Table
from pytest_evalscope.types import Estimate, Leaderboard, Orders, Standing


def estimate(value, low, high, n=9):
    return Estimate(value=value, stderr=0.5, low=low, high=high, n=n)


def standing(model, rating=None, win_rate=None, counts=(0, 0, 0, 0)):
    won, tied, lost, unscored = counts
    return Standing(model=model, rating=rating, win_rate=win_rate, won=won, tied=tied, lost=lost, unscored=unscored)


OLD = standing("old", estimate(1000, 1000, 1000), None, (3, 2, 4, 1))
NEW = standing("new", estimate(1085.6, 1010.4, 1160.5), estimate(0.625, 0.5012, 0.75), (4, 2, 3, 1))
NEVER = standing("never|\x1b[31mmet")
BOTH = Orders(agreed=7, first=1, second=0, half=1)


def board(name, standings=(NEW, OLD), orders=BOTH, battles=10, **parts):
    return Leaderboard(name=name, baseline="old", standings=standings, orders=orders, battles=battles, parts=parts)


AGREED, BIASED = Orders(agreed=4, first=0, second=0, half=0), Orders(agreed=0, first=0, second=8, half=0)
NONE = Orders(agreed=0, first=0, second=0, half=0)
ARC = board("arc", orders=AGREED, easy=board("arc - easy", orders=AGREED), hard=board("arc - hard", ()))
LAW = board("law", (OLD, NEVER), NONE, main=board("law - main", (OLD, NEVER), BIASED))
WHOLE = board("overall", (NEW, OLD, NEVER), arc=ARC, law=LAW)

ORDERS = (
    "both orders agreed in 7 of 9 battles; of the others, which count as ties, the completion shown first won 1, the "
    "one shown second 0, and 1 were a tie in one order only"
)
TEXT = """\
=== OVERALL LEADERBOARD ===
Model        WinRate (%)           CI (%)    Rating       95 %    Won    Tied    Lost    No verdict
---------  -------------  ---------------  --------  ---------  -----  ------  ------  ------------
new                 62.5  (-12.4 / +12.5)      1086  1010–1160      4       2       3             1
old                 50.0    (+0.0 / +0.0)      1000  1000–1000      3       2       4             1
never|met              –                –         –          –      0       0       0             0
both orders agreed in 7 of 9 battles; of the others, which count as ties, the completion shown first won 1, the one \
shown second 0, and 1 were a tie in one order only

=== DATASET LEADERBOARD: law ===
Model        WinRate (%)         CI (%)    Rating       95 %    Won    Tied    Lost    No verdict
---------  -------------  -------------  --------  ---------  -----  ------  ------  ------------
old                 50.0  (+0.0 / +0.0)      1000  1000–1000      3       2       4             1
never|met              –              –         –          –      0       0       0             0
no battle has a verdict

=== SUBSET LEADERBOARD: law - main ===
Model        WinRate (%)         CI (%)    Rating       95 %    Won    Tied    Lost    No verdict
---------  -------------  -------------  --------  ---------  -----  ------  ------  ------------
old                 50.0  (+0.0 / +0.0)      1000  1000–1000      3       2       4             1
never|met              –              –         –          –      0       0       0             0
both orders agreed in 0 of 8 battles; of the others, which count as ties, the completion shown first won 0, the one \
shown second 8, and 0 were a tie in one order only
POSITION BIAS: the judges prefer the completion that is shown second; verdicts that follow the place say nothing \
about the completions
"""


def test_the_text_has_every_leaderboard_and_what_is_to_be_known_of_the_orders():
    assert leaderboard_text(replace(WHOLE, parts={"law": LAW})) == TEXT


def test_data_sets_come_before_subsets():
    titles = [line for line in leaderboard_text(WHOLE).splitlines() if line.startswith("===")]
    assert titles == [
        "=== OVERALL LEADERBOARD ===",
        "=== DATASET LEADERBOARD: arc ===",
        "=== DATASET LEADERBOARD: law ===",
        "=== SUBSET LEADERBOARD: arc - easy ===",
        "=== SUBSET LEADERBOARD: arc - hard ===",
        "=== SUBSET LEADERBOARD: law - main ===",
    ]
    assert "both orders agreed in 4 of 4 battles\n\n" in leaderboard_text(WHOLE)


def test_a_name_that_looks_like_a_number_stays_as_it_is():
    text = leaderboard_text(board("overall", (replace(OLD, model="1e3"), replace(NEW, model="007"))))
    assert [line.split()[0] for line in text.splitlines()[3:5]] == ["1e3", "007"]


def test_no_name_in_the_text_is_a_command_of_a_build_log():
    text = leaderboard_text(board("overall", (replace(OLD, model="::error::x"), replace(OLD, model="##[group]x"))))
    assert not any(line.startswith("::") or "##[" in line for line in text.splitlines())


def test_the_tables():
    assert leaderboard_blocks(replace(WHOLE, parts={"arc": ARC, "law": LAW})) == [
        shown("overall leaderboard", ROWS["new"], ROWS["old"], ROWS["never"]),
        shown("dataset leaderboard: arc", ROWS["new"], ROWS["old"]),
        shown("dataset leaderboard: law", ROWS["old"], ROWS["never"]),
        Note(lines=(ORDERS, "baseline: old")),
    ]
    assert leaderboard_blocks(WHOLE, every_subset=True)[3:-1] == [
        shown("subset leaderboard: arc - easy", ROWS["new"], ROWS["old"]),
        shown("subset leaderboard: arc - hard"),
        shown("subset leaderboard: law - main", ROWS["old"], ROWS["never"]),
    ]


ROWS = {
    "new": ("new", "62.5", "(-12.4 / +12.5)", "1086", "1010–1160", "4", "2", "3", "1"),
    "old": ("old", "50.0", "(+0.0 / +0.0)", "1000", "1000–1000", "3", "2", "4", "1"),
    "never": (NEVER.model, "–", "–", "–", "–", "0", "0", "0", "0"),
}


def shown(title, *rows):
    numbers = ("win rate %", "CI %", "rating", "95 %", "won", "tied", "lost", "no verdict")
    return Table(title=title, headers=("model", *numbers), rows=rows, numbers=frozenset(numbers), optional=("95 %",))


def test_the_content_for_json():
    part = board("law - main", (OLD,), BIASED)
    anchor = {"value": 1000, "stderr": 0.5, "low": 1000, "high": 1000, "n": 9}
    old = {"model": "old", "rating": anchor, "win_rate": None, "won": 3, "tied": 2, "lost": 4, "unscored": 1}
    rates = {
        "rating": {"value": 1085.6, "stderr": 0.5, "low": 1010.4, "high": 1160.5, "n": 9},
        "win_rate": {"value": 0.625, "stderr": 0.5, "low": 0.5012, "high": 0.75, "n": 9},
    }
    whole = board("overall", battles=12, law=part)
    assert leaderboard_content(whole) == {
        "name": "overall",
        "baseline": "old",
        "battles": 12,
        "unscored": 12 - 3 - 4 - 2,
        "orders": {"agreed": 7, "first": 1, "second": 0, "half": 1, "consistency": 7 / 9, "bias": ""},
        "models": [{"model": "new", **rates, "won": 4, "tied": 2, "lost": 3, "unscored": 1}, old],
        "parts": [
            {
                "name": "law - main",
                "baseline": "old",
                "battles": 10,
                "unscored": 6,
                "orders": {"agreed": 0, "first": 0, "second": 8, "half": 0, "consistency": 0.0, "bias": "second"},
                "models": [old],
                "parts": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("agreed", "first", "second", "named"),
    [
        (0, 4, 0, "first"),
        (100, 6, 0, "first"),
        (100, 0, 9, "second"),
        (100, 5, 0, ""),
        (100, 1, 8, "second"),
        (100, 1, 7, ""),
        (100, 12, 10, ""),
        (100, 0, 0, ""),
        (0, 30, 30, ""),
        (3, 3, 0, "first"),
        (4, 3, 0, ""),
    ],
)
def test_a_place_is_named_when_chance_does_not_explain_it_or_half_of_all_went_to_it(agreed, first, second, named):
    """Six of six in disagreement on one side: p = 2 / 2^6 = 0.031; five of five: 0.0625; eight of nine: 0.039."""
    assert bias_of(Orders(agreed=agreed, first=first, second=second, half=0)) == named
