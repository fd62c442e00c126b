from dataclasses import replace

import pytest

from pytest_evalscope.reports.overall import by_benchmark, overall, unscored
from pytest_evalscope.types import Agreement, Estimate


def test_metrics_are_pooled_and_counts_summed(result):
    whole = overall(
        [
            result(9, 10, subset="a", outcomes={"scored": 9, "no_answer": 1}),
            result(0, 90, subset="b", outcomes={"scored": 85, "timeout": 5}),
        ]
    )
    assert whole.subset == ""
    assert whole.metrics["accuracy"].value == pytest.approx(0.09)
    assert whole.metrics["accuracy"].n == whole.planned == 100
    assert whole.outcomes == {"scored": 94, "no_answer": 1, "timeout": 5}
    assert (whole.seconds, whole.requests, whole.prompt_tokens) == (2.5, 100, 10_000)
    assert whole.complete


def test_the_whole_has_what_all_have_in_common(result):
    kept = Agreement(statistic="cohen_kappa", value=0.5, judges=2, items=10, same=0.75)
    told = {"expected": 12, "message": "below", "data_hash": "ab", "agreement": kept, "title": "GSM8K"}
    one = result(subset="a", judges=("x", "y"), **told)
    other = result(5, 10, subset="b", judges=("z", "x"), seconds=0.5, requests=3, **told)
    whole = overall([one, other])
    assert whole == replace(
        one,
        subset="",
        metrics=whole.metrics,
        planned=20,
        outcomes={"scored": 20},
        expected=None,
        message="",
        seconds=1.75,
        requests=13,
        prompt_tokens=2000,
        completion_tokens=460,
        data_hash="",
        judges=("x", "y", "z"),
        agreement=None,
        asserted=("accuracy",),
    )
    assert list(whole.metrics) == ["accuracy"]
    assert whole.metrics["accuracy"].metric == "accuracy"
    assert overall([one]).agreement is kept


def test_results_are_grouped_by_model_and_benchmark_in_the_order_of_their_first(result):
    one, two, three, four = (
        result(subset="a"),
        result(benchmark="arc"),
        result(model="other"),
        result(subset="b"),
    )
    assert by_benchmark(iter([one, two, three, four])) == [[one, four], [two], [three]]


def test_samples_without_a_mark_are_counted(result):
    lost = {"filtered": 1, "model_error": 2, "scorer_error": 4, "timeout": 8, "not_asked": 16}
    assert unscored(result(outcomes={"scored": 100, "no_answer": 200, "truncated": 400, **lost})) == 31


def test_one_subset_is_its_own_whole(result):
    alone = result(3, 10)
    assert overall([alone]).metrics["accuracy"].__reduce_ex__(2) == alone.metrics["accuracy"].__reduce_ex__(2)


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["passed", "passed"], "passed"),
        (["none", "none"], "none"),
        (["passed", "none"], "passed"),
        (["none", "passed"], "passed"),
        (["passed", "failed"], "failed"),
        (["error", "failed", "passed"], "error"),
    ],
)
def test_the_worst_verdict_stands(result, verdicts, worst):
    assert overall([result(subset=str(at), verdict=verdict) for at, verdict in enumerate(verdicts)]).verdict == worst


def test_a_subset_without_a_measurement_leaves_the_whole_incomplete(result):
    whole = overall([result(subset="a"), result(subset="b", metrics={}, verdict="error")])
    assert not whole.complete
    assert whole.metrics["accuracy"].n == 10
    assert not overall([result(subset="a"), result(subset="b", complete=False)]).complete


def test_a_metric_of_some_subsets_is_pooled_over_those(result):
    f1 = Estimate(value=0.5, stderr=0.1, low=0.3, high=0.7, n=10, metric="f1")
    part = result(subset="b")
    whole = overall([result(subset="a"), result(subset="b", metrics={**part.metrics, "f1": f1})])
    assert whole.metrics["f1"].n == 10


def test_a_threshold_is_the_wholes_when_all_subsets_share_it(result):
    assert overall([result(subset="a"), result(subset="b")]).thresholds == {"accuracy": 0.5}
    assert overall([result(subset="a"), result(subset="b", thresholds={"accuracy": 0.6})]).thresholds == {}
