import pytest

from pytest_evalscope.reports.overall import overall
from pytest_evalscope.types import Estimate


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


def test_one_subset_is_its_own_whole(result):
    alone = result(3, 10)
    assert overall([alone]).metrics["accuracy"].__reduce_ex__(2) == alone.metrics["accuracy"].__reduce_ex__(2)


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "none"], "passed"),
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
