"""Scores, leaderboards and the weighted index: values that are looked up by name."""

import copy
import pickle
from dataclasses import replace

import pytest

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types import (
    LEVELS,
    OUTCOMES,
    UNSCORED,
    Estimate,
    IndexLevel,
    IndexReport,
    IndexRow,
    Leaderboard,
    Orders,
    Record,
    Scores,
    Standing,
    Threshold,
)


def estimate(value, metric="accuracy"):
    return Estimate(value=value, stderr=0.05, low=value - 0.1, high=value + 0.1, n=90, metric=metric)


SCORES = Scores(
    benchmark="gsm8k",
    subset="main",
    model="mine",
    primary_metric="accuracy",
    metrics={"accuracy": estimate(0.5), "f1": estimate(0.25, "f1")},
    outcomes={name: 10**place for place, name in enumerate(OUTCOMES)},
    planned=90,
)


def test_a_metric_is_an_attribute_an_item_and_maybe_the_primary_one():
    assert SCORES.f1 is SCORES["f1"] is SCORES.metrics["f1"]
    assert SCORES.primary is SCORES.metrics["accuracy"]
    assert replace(SCORES, primary_metric="f1").primary is SCORES.f1


def test_scores_without_more_tell_of_no_request():
    assert (SCORES.prompt_tokens, SCORES.completion_tokens, SCORES.requests, SCORES.seconds) == (0, 0, 0, 0.0)
    assert (SCORES.data_hash, SCORES.judges, SCORES.agreement) == ("", (), None)


def test_an_unknown_metric_is_told_with_the_nearest():
    said = "metric of gsm8k: unknown name ('acuracy'); did you mean accuracy?"
    with pytest.raises(AttributeError) as attribute:
        SCORES.acuracy  # noqa: B018 - the access is the test
    with pytest.raises(UnknownName) as item:
        SCORES["acuracy"]
    assert str(attribute.value) == str(item.value) == said


def test_scores_contain_metrics_and_are_no_list_of_them():
    assert "f1" in SCORES
    assert "acuracy" not in SCORES
    for ask in (all, any, list):
        with pytest.raises(TypeError, match=r"^scores are not iterable; write scores\.metrics"):
            ask(SCORES)


def test_the_metrics_are_a_mapping_without_a_truth_value():
    assert dict(SCORES.metrics) == SCORES.metrics == {"accuracy": SCORES.accuracy, "f1": SCORES.f1}
    assert replace(SCORES, planned=3).metrics is not None
    for metrics in (SCORES.metrics, replace(SCORES, metrics={}).metrics, copy.copy(SCORES).metrics):
        with pytest.raises(TypeError, match=r"^scores\.metrics has no truth value.*write scores\.acc"):
            bool(metrics)
    with pytest.raises(TypeError, match=r"^an estimate has no truth value"):
        all(SCORES.metrics.values())


def test_what_no_metric_can_be_named_like_is_absent_as_everywhere():
    with pytest.raises(AttributeError, match=r"^__missing__$"):
        SCORES.__missing__  # noqa: B018 - the access is the test
    assert pickle.loads(pickle.dumps(SCORES)) == copy.copy(SCORES) == SCORES


def test_what_harness_and_endpoint_lost_is_unscored():
    assert SCORES.unscored == sum(10**place for place, name in enumerate(OUTCOMES) if name in UNSCORED) == 111_111_000
    assert replace(SCORES, outcomes={"scored": 3}).unscored == 0
    lost = {"filtered", "model_error", "environment_error", "scorer_error", "timeout", "not_asked"}
    assert lost == UNSCORED


def test_samples_are_read_when_they_are_asked_for():
    record = Record(benchmark="gsm8k", subset="main", model="mine", sample_id="q", outcome="scored", values={})
    reads = iter([(record,), (record, record)])
    scores = replace(SCORES, load_samples=lambda: next(reads))
    assert [scores.samples, scores.samples] == [(record,), (record, record)]
    assert (SCORES.samples, scores == SCORES) == ((), True)


@pytest.mark.parametrize(
    ("values", "meets"),
    [
        ({"accuracy": 0.5, "f1": 0.25}, True),
        ({"accuracy": 0.5, "f1": 0.26}, False),
        ({"accuracy": 0.51, "f1": 0.25}, False),
        ({"f1": 0.25}, True),
        ({}, True),
    ],
)
def test_scores_meet_a_threshold_when_every_metric_of_it_does(values, meets):
    assert SCORES.meets(Threshold(values=values, primary="accuracy")) == meets


def test_scores_meet_a_number_when_the_primary_metric_does():
    assert [SCORES.meets(least) for least in (0.25, 0.5, 0.51)] == [True, True, False]
    with pytest.raises(UnknownName, match="metric of gsm8k"):
        SCORES.meets(Threshold(values={"loss": 0.0}, primary="loss"))


def test_scores_show_what_was_measured():
    shown = "accuracy 0.500 ± 0.100 (95 % 0.40–0.60, n=90), f1 0.250 ± 0.100 (95 % 0.15–0.35, n=90)"
    assert repr(SCORES) == f"<scores of mine on gsm8k/main: {shown}>"


def test_the_orders_of_battles():
    orders = Orders(agreed=6, first=1, second=2, half=3)
    assert (orders.battles, orders.consistency) == (12, 0.5)
    assert Orders(agreed=0, first=0, second=0, half=0).consistency is None
    assert Orders(agreed=0, first=0, second=1, half=0).consistency == 0


def test_a_leaderboard_is_looked_up_by_model_and_counts_each_tie_once():
    new, old = (
        Standing(model=name, rating=None, win_rate=None, won=won, tied=6, lost=9 - won, unscored=2)
        for name, won in (("new", 5), ("old", 4))
    )
    orders = Orders(agreed=1, first=0, second=0, half=0)
    board = Leaderboard(name="arena", baseline="old", standings=(new, old), orders=orders, battles=17)
    assert (board["old"], list(board), len(board)) == (old, [new, old], 2)
    assert (board.tied, board.unscored, type(board.tied)) == (6, 2, int)
    with pytest.raises(UnknownName) as caught:
        board["knew"]
    assert str(caught.value) == "model on the leaderboard: unknown name ('knew'); did you mean new?"


def row(*key, level="category"):
    value = estimate(0.5)
    return IndexRow(level=level, key=key, micro_avg=value, macro_avg=value, weighted_avg=value, count=3)


def test_a_level_of_the_index_is_looked_up_by_path_by_key_and_by_a_name_that_is_no_others():
    rows = (row("reasoning"), row("reasoning", "math"), row("reasoning", "logic"), row("language", "logic"))
    level = IndexLevel("category", rows)
    assert (list(level), len(level), rows[1].name) == (list(rows), 4, "math")
    assert level["reasoning"] is rows[0]
    assert level["reasoning/math"] is level["reasoning", "math"] is level["math"] is rows[1]
    assert level["language/logic"] is rows[3]
    known = "known: language/logic, reasoning, reasoning/logic, reasoning/math"
    for name in ("logic", "xyz"):
        with pytest.raises(UnknownName) as caught:
            level[name]
        assert str(caught.value).startswith(f"category of the index: unknown name ('{name}'); ")
    assert str(caught.value).endswith(f"; {known}")
    with pytest.raises(UnknownName, match=r"unknown name \('a/b'\)"):
        level["a", "b"]


def test_a_report_has_its_levels_by_name():
    levels = {level: IndexLevel(level, (row(level, level=level),)) for level in LEVELS}
    value = estimate(0.5)
    report = IndexReport(
        name="index",
        model="mine",
        weighted_avg=value,
        micro_avg=value,
        macro_avg=value,
        count=3,
        unscored=0,
        levels=levels,
    )
    assert [getattr(report, level) for level in LEVELS] == [levels[level] for level in LEVELS]
    assert LEVELS == ("subset", "dataset", "task", "tag", "category")
    assert (report.missing, report.subset.rows[0].unscored) == ((), 0)
