import math
from dataclasses import replace

import pytest

from pytest_evalscope.gates import coverage_error, judge, shard_error
from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Estimate, Result


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
        "accuracy 0.210 ± 0.079 (95 % 0.14–0.30, n=100) is below 0.25; that may be chance: n=100 tells differences "
        "from 0.115 up (80 % power)"
    )


def test_every_metric_must_reach_its_threshold():
    low = Estimate(value=0.1, stderr=0.01, low=0.08, high=0.12, n=100, metric="f1")
    both = result(metrics={**result().metrics, "f1": low})
    assert judge(both, {"accuracy": 0.2, "f1": 0.1}).verdict == "passed"
    assert judge(both, {"accuracy": 0.9, "f1": 0.2}).message.count("is below") == 2


def test_lost_samples_make_an_error_that_tells_them():
    lost = result(outcomes={"scored": 90, "no_answer": 3, "model_error": 5, "timeout": 2})
    judged = judge(lost, {"accuracy": 0.1}, first_error="q17: endpoint: down")
    assert judged.verdict == "error"
    assert judged.message == (
        "7 of 100 samples have no score (5 model_error, 2 timeout), more than the allowed 0 %: first error q17: "
        "endpoint: down"
    )
    assert coverage_error(lost, 0.05).endswith("more than the allowed 5 %")
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
        ({"planned": 0, "outcomes": {}}, "no sample was planned, so there is nothing to measure"),
        ({"outcomes": {"scored": 99}}, "99 of 100 samples have a record: the run was cut off"),
        ({"outcomes": {"scored": 101}}, "101 of 100 samples have a record"),
        ({"outcomes": {}}, "0 of 100 samples have a record"),
        ({"outcomes": {"scored": 101, "timeout": -1}}, "the counts of outcomes are broken"),
        ({"outcomes": {"skipped": 100}}, "the counts of outcomes are broken"),
        ({"complete": False}, "100 of 100 samples have a record: the run was cut off"),
        ({"metrics": {}}, "no metric was measured"),
    ],
)
def test_what_is_not_proven_is_an_error(changes, says):
    judged = judge(result(**changes), {"accuracy": 0.0})
    assert judged.verdict == "error"
    assert says in judged.message


@pytest.mark.parametrize(
    "changes", [{"value": math.nan}, {"low": -math.inf}, {"high": math.nan}, {"stderr": math.nan}, {"n": 0}]
)
def test_an_estimate_that_is_no_measurement_is_an_error(changes):
    broken = replace(result().metrics["accuracy"], **changes)
    judged = judge(result(metrics={"accuracy": broken}), {"accuracy": 0.0})
    assert judged.verdict == "error"
    assert judged.message.startswith("accuracy is not a measurement (value ")


def test_a_metric_that_was_not_measured_is_an_error():
    assert judge(result(), {"f1": 0.0}) == ("error", "metrics without a measurement: f1; measured: accuracy")


def test_a_shard_with_samples_that_were_not_asked_has_lost_the_gate():
    left = result(outcomes={"scored": 98, "not_asked": 2})
    said = "2 of 100 samples were not asked, for the budget is spent"
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
