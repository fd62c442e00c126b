"""What a test sees of its scores: metrics by name, and whether a threshold is met."""

import pytest

from pytest_evalscope.errors import UnknownName
from pytest_evalscope.types import Estimate, Scores, Threshold
from pytest_evalscope.types.scores import asserted


@pytest.fixture
def scores():
    """The scores of a benchmark of entities, whose headline is f1."""
    values = {"precision": 0.9, "recall": 0.3, "f1": 0.45}
    metrics = {
        name: Estimate(value=value, stderr=0.1, low=value - 0.1, high=value + 0.1, n=9, metric=name)
        for name, value in values.items()
    }
    return Scores(
        benchmark="ner",
        subset="default",
        model="m",
        primary_metric="f1",
        metrics=metrics,
        outcomes={"scored": 9},
        planned=9,
    )


def test_a_metric_by_its_name_however_it_is_written(scores):
    assert scores["recall"] is scores.recall is scores.metrics["recall"]
    assert scores.primary is scores["f1"]


def test_a_metric_that_there_is_not_is_told_with_the_nearest(scores):
    said = r"metric of ner: unknown name \('recal'\); did you mean recall"
    with pytest.raises(UnknownName, match=f"^{said}"):
        scores["recal"]
    with pytest.raises(AttributeError, match=said):
        scores.recal  # noqa: B018  # looking is what raises


@pytest.mark.parametrize(("least", "met"), [(0.44, True), (0.45, True), (0.46, False), (0, True), (1, False)])
def test_a_bare_number_is_about_the_headline(scores, least, met):
    assert scores.meets(least) == met


@pytest.mark.parametrize(
    ("least", "met"),
    [
        ({"f1": 0.45}, True),
        ({"f1": 0.46}, False),
        ({"precision": 0.9, "recall": 0.3}, True),
        ({"precision": 0.9, "recall": 0.31}, False),
        ({"recall": 0.31, "precision": 0.9}, False),
        ({"f1": 0.9, "precision": 0.1}, False),
    ],
)
def test_every_metric_that_a_threshold_names_must_reach_it(scores, least, met):
    assert scores.meets(Threshold(values=least, primary="precision")) == met


def test_a_threshold_on_a_metric_that_there_is_not_is_met_by_nothing(scores):
    with pytest.raises(UnknownName, match=r"^metric of ner: unknown name \('accuracy'\)"):
        scores.meets(Threshold(values={"accuracy": 0.0}, primary="accuracy"))


def test_thresholds_that_are_not_met_are_told_with_the_values(scores):
    below = scores.meets(Threshold(values={"precision": 0.95, "f1": 0.1, "recall": 0.5}, primary="f1"))
    assert not below
    assert repr(below) == (
        "precision 0.900 ± 0.100 (95 % 0.80–1.00, n=9) is below 0.95; "
        "recall 0.300 ± 0.100 (95 % 0.20–0.40, n=9) is below 0.5"
    )
    assert scores.meets(0.1) is True


def test_a_metric_that_was_looked_up_is_remembered(scores):
    assert asserted(scores) == ()
    assert len(scores.metrics.values()) == 3
    assert scores.recall >= 0.1
    assert scores.meets(Threshold(values={"precision": 0.1}, primary="f1"))
    assert asserted(scores) == ("precision", "recall")
