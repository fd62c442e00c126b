import math
from dataclasses import replace

import pytest

from pytest_evalscope.gates import coverage_error, judge, shard_error, unmet
from pytest_evalscope.gates.decide import shortfall
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Estimate, Result, Scores, Threshold


def result(right=21, n=100, outcomes=None, **changes):
    values = [1.0] * right + [0.0] * (n - right)
    accuracy = mean("accuracy")(Columns(values={"accuracy": values}, clusters=range(n), samples=range(n)))
    given = {
        "benchmark": "gsm8k",
        "version": "1",
        "model": "smollm2",
        "subset": "main",
        "primary_metric": "accuracy",
        "metrics": {"accuracy": accuracy},
        "planned": n,
        "outcomes": {"scored": n} if outcomes is None else outcomes,
    }
    return Result(**{**given, **changes})


def test_a_metric_that_reaches_its_threshold_passes():
    assert judge(result(), {"accuracy": 0.21}) == ("passed", "")


def test_no_threshold_is_no_gate():
    assert judge(result(), {}) == ("none", "")


def test_a_value_below_says_by_how_much():
    assert judge(result(), {"accuracy": 0.5}) == (
        "failed",
        "accuracy 0.210 ± 0.079 (95 % 0.14–0.30, n=100) is below 0.5",
    )


def test_a_value_below_that_may_be_chance_says_what_can_be_told():
    judged = judge(result(), {"accuracy": 0.25})
    assert judged.verdict == "failed"
    assert judged.message == (
        "accuracy 0.210 ± 0.079 (95 % 0.14–0.30, n=100) is below 0.25; that may be chance: n=100 shows drops "
        "from 0.106 up (80 % power)"
    )


def test_every_metric_must_reach_its_threshold():
    low = Estimate(value=0.1, stderr=0.01, low=0.08, high=0.12, n=100, metric="f1")
    both = result(metrics={**result().metrics, "f1": low})
    assert judge(both, {"accuracy": 0.2, "f1": 0.1}).verdict == "passed"
    accuracy, f1 = (f"{estimate}" for estimate in both.metrics.values())
    failed = judge(both, {"accuracy": 0.9, "f1": 0.2})
    assert failed == ("failed", f"{accuracy} is below 0.9; {f1} is below 0.2")
    assert judge(both, {"f1": 0.11, "accuracy": 0.1}).message.startswith("f1 0.100 ")


def test_a_threshold_at_the_upper_end_of_the_interval_may_be_missed_by_chance():
    estimate = Estimate(value=0.5, stderr=0.1, low=0.3, high=0.7, n=24, metric="f1")
    assert "that may be chance: n=24 shows drops from 0.267 up" in shortfall(estimate, 0.7)
    assert shortfall(estimate, 0.71).endswith(" is below 0.71")


def test_lost_samples_make_an_error_that_tells_them():
    lost = result(outcomes={"scored": 90, "no_answer": 3, "model_error": 5, "timeout": 2})
    judged = judge(lost, {"accuracy": 0.1}, first_error="q17: endpoint: down")
    assert judged.verdict == "error"
    assert judged.message == (
        "7 of 100 samples have no score (5 model_error, 2 timeout), more than the allowed 0 %: first error q17: "
        "endpoint: down"
    )
    kinds = "5 model_error, 2 timeout"
    assert coverage_error(lost, 0.065) == f"7 of 100 samples have no score ({kinds}), more than the allowed 6.5 %"
    assert coverage_error(lost, 0.07) == ""
    assert judge(lost, {"accuracy": 0.1}, 0.07).verdict == "passed"


def test_no_answer_is_a_mark_and_no_loss():
    assert coverage_error(result(outcomes={"scored": 10, "no_answer": 90})) == ""


@pytest.mark.parametrize("max_errors", [math.nan, -0.1, 0.0])
def test_a_tolerance_that_is_no_share_tolerates_nothing(max_errors):
    assert coverage_error(result(outcomes={"scored": 99, "timeout": 1}), max_errors)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"planned": 0, "outcomes": {}}, "no sample was planned: nothing to measure"),
        ({"outcomes": {"scored": 99}}, "99 of 100 samples have a record: the run was cut off"),
        ({"outcomes": {"scored": 101}}, "101 of 100 samples have a record: the run was cut off"),
        ({"outcomes": {}}, "0 of 100 samples have a record: the run was cut off"),
        (
            {"outcomes": {"scored": 101, "timeout": -1}},
            "the counts of outcomes are broken ({'scored': 101, 'timeout': -1})",
        ),
        ({"outcomes": {"skipped": 100}}, "the counts of outcomes are broken ({'skipped': 100})"),
        (
            {"outcomes": {"scored": 97, "not_asked": 2, "timeout": 1}},
            "2 of 100 samples were not requested: the budget is spent",
        ),
        ({"complete": False}, "100 of 100 samples have a record: the run was cut off"),
        ({"metrics": {}}, "no metric was measured"),
    ],
)
def test_what_is_not_proven_is_an_error(changes, says):
    assert judge(result(**changes), {"accuracy": 0.0}, 0.02) == ("error", says)


def test_scores_are_judged_as_the_result_that_is_made_of_them():
    whole = result()
    names = ("benchmark", "subset", "model", "primary_metric", "metrics", "outcomes", "planned")
    scores = Scores(**{name: getattr(whole, name) for name in names})
    assert judge(scores, {"accuracy": 0.21}) == judge(whole, {"accuracy": 0.21}) == ("passed", "")
    assert coverage_error(replace(scores, planned=101)) == "100 of 101 samples have a record: the run was cut off"


def test_no_sample_may_be_lost_unless_it_is_said():
    one = result(outcomes={"scored": 99, "timeout": 1})
    said = "1 of 100 samples have no score (1 timeout), more than the allowed 0 %"
    assert coverage_error(one) == judge(one, {}).message == said


def test_a_count_of_nothing_is_not_broken():
    assert coverage_error(result(outcomes={"scored": 100, "timeout": 0, "not_asked": 0})) == ""
    assert coverage_error(result(right=1, n=1)) == ""


def test_samples_that_were_not_asked_are_told_with_the_first_of_them():
    spent = result(outcomes={"scored": 60, "not_asked": 40})
    said = "40 of 100 samples were not requested: the budget is spent: first q61"
    assert coverage_error(spent, 1.0, first_error="q61") == said
    assert shard_error(spent, 200, 1.0, first_error="q61") == said


def test_a_shard_is_lost_when_it_alone_has_more_errors_than_the_whole_may_have():
    shard = result(outcomes={"scored": 86, "no_answer": 7, "model_error": 5, "timeout": 2})
    assert shard_error(shard, 100, 0.07) == ""
    assert shard_error(result(), 100, math.nan) == ""
    said = "7 of the shard's 100 samples have no score, more than the allowed 0.5 % of all 1000"
    assert shard_error(shard, 1000, 0.005) == said
    assert shard_error(shard, 1000, 0.005, first_error="q17: down") == f"{said}: first error q17: down"
    assert shard_error(shard, 1000).startswith("7 of the shard's 100 samples have no score, more than the allowed 0 %")


@pytest.mark.parametrize(
    "changes", [{"value": math.nan}, {"low": -math.inf}, {"high": math.nan}, {"stderr": math.nan}, {"n": 0}]
)
def test_an_estimate_that_is_no_measurement_is_an_error(changes):
    broken = replace(result().metrics["accuracy"], **changes)
    judged = judge(result(metrics={"accuracy": broken}), {"accuracy": 0.0})
    assert judged.verdict == "error"
    told = f"accuracy is not a measurement (value {broken.value}, stderr {broken.stderr}, n={broken.n})"
    assert judged.message == told


def test_a_metric_that_was_not_measured_is_an_error():
    assert judge(result(), {"f1": 0.0}) == ("error", "metrics without a measurement: f1; measured: accuracy")
    both = judge(result(), {"f1": 0.0, "accuracy": 0.0, "loss": 0.0})
    assert both == ("error", "metrics without a measurement: f1, loss; measured: accuracy")
    measured = {**result().metrics, "recall": result().metrics["accuracy"]}
    said = "metrics without a measurement: f1; measured: accuracy, recall"
    assert judge(result(metrics=measured), {"f1": 0.0}) == ("error", said)


def test_a_shard_with_samples_that_were_not_asked_has_lost_the_gate():
    left = result(outcomes={"scored": 98, "not_asked": 2})
    said = "2 of 100 samples were not requested: the budget is spent"
    assert shard_error(left, 200, 0.5, first_error="q7: budget") == f"{said}: first q7: budget"
    assert shard_error(left, 200, 1.0) == said, "no tolerance is about samples that were left out"


def test_a_shard_may_lose_what_the_gate_tolerates_among_all():
    lost = result(outcomes={"scored": 93, "timeout": 4, "model_error": 3})
    assert shard_error(lost, 1000, 0.007) == "", "7 of 1,000, not of the shard's 100"
    assert shard_error(lost, 999, 0.007, first_error="q17: endpoint: down") == (
        "7 of the shard's 100 samples have no score, more than the allowed 0.7 % of all 999: first error q17: "
        "endpoint: down"
    )
    assert shard_error(result(outcomes={"scored": 90, "no_answer": 10}), 1000) == "", "no answer is a mark"


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ({}, "failed"),  # 0.5 is below 0.55, and its interval ends above
        ({"intervals": True}, "inconclusive"),
        ({"decided": {("accuracy", 0.55)}}, None),  # the test has dealt with it
        ({"decided": {("accuracy", 0.5)}}, "failed"),
        ({"intervals": True, "decided": {("accuracy", 0.55)}}, None),
    ],
)
def test_a_declared_threshold_is_decided_by_value_or_by_interval(options, outcome):
    metrics = {"accuracy": Estimate(value=0.5, stderr=0.05, low=0.4, high=0.6, n=90, metric="accuracy")}
    made = unmet(metrics, Threshold(values={"accuracy": 0.55}, primary="accuracy", source="a file"), **options)
    assert (None if made is None else made.outcome) == outcome
    assert made is None or " (set by a file)" in made.text
    sure = unmet(metrics, Threshold(values={"accuracy": 0.7}, primary="accuracy"), decided={("accuracy", 0.7)})
    assert sure is not None
    assert sure.outcome == "failed", "whatever the test made of it"
    for intervals in (False, True):
        assert unmet(metrics, Threshold(values={"accuracy": 0.3}, primary="accuracy"), intervals=intervals) is None
