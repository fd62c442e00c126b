"""What a run that has ended says of itself, before anything is rendered."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_evalscope.api.summary import remarks_on, summary_of
from pytest_evalscope.collections.levels import indexes_of_marks
from pytest_evalscope.run import Shard
from pytest_evalscope.types import Leaderboard, Orders, Spending

FEW = "the data had fewer rows than the card says: "
INCOMPLETE = "INCOMPLETE: the run ended before every sample had its score; these numbers are not a result"


def test_a_whole_run_needs_no_remark(result):
    assert remarks_on([result(expected=10), result(expected=None)], complete=True) == ()


def test_everything_that_is_wrong_with_a_run_is_said(result):
    results = [result(outcomes={"scored": 6, "not_asked": 3}), result(outcomes={"not_asked": 4}, expected=11)]
    shard, incomplete, budget, fewer = remarks_on(results, complete=False, shard=Shard(3, 8))
    part = "shard 3/8: these numbers are of a part of the samples and no result; "
    assert shard == f"{part}`pytest-evalscope merge` joins all shards"
    assert incomplete == INCOMPLETE
    assert budget == (
        "the budget is spent: 7 of 20 samples were not requested; the same command with a larger --eval-token-budget "
        "or --eval-cost-budget continues, and cached completions are free"
    )
    assert fewer == f"{FEW}gsm8k/main 10 of 11"


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (8, " and 3 more")])
def test_five_short_subsets_are_named_and_the_others_counted(result, count, more):
    named = ", ".join(f"gsm8k/s{at} 10 of 20" for at in range(5))
    results = [result(subset=f"s{at}", expected=20) for at in range(count)]
    assert remarks_on(results, complete=True) == (f"{FEW}{named}{more}",)


def test_the_summary_of_a_run(result, tmp_path):
    results = [result(benchmark="arc"), result(expected=12)]
    [declared] = indexes_of_marks([*results, result(benchmark="law")])
    [marks] = indexes_of_marks(results)
    orders = Orders(agreed=0, first=0, second=0, half=0)
    board = Leaderboard(name="overall", baseline="a", standings=(), orders=orders, battles=0)
    spending = Spending(token_budget=7)
    told: dict[str, Any] = {"complete": True, "started": "2026-01-02T03:04:05+00:00", "seconds": 12.5}
    made = summary_of(
        tmp_path,
        results,
        indexes=iter([declared]),
        leaderboards=iter([board]),
        remarks=iter(["twice", "once", "twice"]),
        spending=spending,
        **told,
    )
    assert (made.folder, made.results, made.shard, made.spending) == (tmp_path, tuple(results), "", spending)
    assert (made.complete, made.started, made.seconds) == tuple(told.values())
    assert made.remarks == (f"{FEW}gsm8k/main 10 of 12", "twice", "once")
    assert made.indexes == (declared, replace(marks, requested=False))
    assert made.leaderboards == (board,)


def test_an_index_is_requested_by_a_weight_or_by_a_gate_on_it(result, tmp_path):
    def requested(weight, *, gated):
        results = [result(benchmark="arc", weight=weight), result()]
        made = summary_of(tmp_path, results, complete=True, started="", seconds=0.0, gated=gated)
        return [index.requested for index in made.indexes]

    assert requested(1.0, gated=False) == [False]
    assert requested(1.0, gated=True) == requested(2.0, gated=False) == [True]


def test_a_shard_has_no_index(result, tmp_path):
    results = [result(benchmark="arc"), result()]
    made = summary_of(
        tmp_path,
        results,
        indexes=indexes_of_marks(results),
        complete=False,
        started="",
        seconds=0.0,
        shard=Shard(2, 8),
    )
    assert (made.indexes, made.shard, made.complete) == ((), "2/8", False)
    assert made.remarks[0].startswith("shard 2/8: ")
    assert made.remarks[1:] == (INCOMPLETE,)
