"""Scores of hand-written cases: what is recorded, and the results that they make."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.plugin.hand_scored import recorder_for, results_of


def item(name: str = "test_cases[2]", *, line: int | None = 4, **more: Any) -> Any:
    return SimpleNamespace(name=name, location=("evals/test_it.py", line, name), **more)


def test_a_case_is_recorded_under_the_test_the_item_and_the_line():
    recorded: list[dict[str, Any]] = []
    record = recorder_for(item(originalname="test_cases"), recorded, ["m", "other"])
    record(True)
    record({"recall": 1, "precision": 0.5}, benchmark="mine", sample="s1")
    assert recorded == [
        {
            "benchmark": "cases",
            "model": "m",
            "sample_id": "test_cases[2]",
            "values": {"score": 1.0},
            "location": "evals/test_it.py:5",
        },
        {
            "benchmark": "mine",
            "model": "m",
            "sample_id": "s1",
            "values": {"recall": 1.0, "precision": 0.5},
            "location": "evals/test_it.py:5",
        },
    ]
    assert all(type(number) is float for entry in recorded for number in entry["values"].values())


def test_an_item_may_have_a_model_of_its_own_and_neither_line_nor_original_name():
    recorded: list[dict[str, Any]] = []
    spec = SimpleNamespace(params={"evalscope_model": "other"})
    recorder_for(item("test_one", line=None, callspec=spec), recorded, ["m", "other"])(0)
    assert recorded == [
        {
            "benchmark": "one",
            "model": "other",
            "sample_id": "test_one",
            "values": {"score": 0.0},
            "location": "evals/test_it.py:1",
        }
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", None, 1j])
def test_what_is_no_finite_number_is_refused_and_nothing_recorded(value):
    recorded: list[dict[str, Any]] = []
    record = recorder_for(item(), recorded, ["m"])
    with pytest.raises(UsageError) as told:
        record({"good": 1, "recall": value})
    assert str(told.value) == f"record_score: not a finite number (recall={value!r})"
    assert recorded == []


def entry(sample: str, *, benchmark: str = "cases", model: str = "m", line: int = 1, **values: float) -> dict[str, Any]:
    place = f"test_it.py:{line}"
    return {"benchmark": benchmark, "model": model, "sample_id": sample, "values": values, "location": place}


def test_recorded_scores_are_a_result_per_benchmark_and_model():
    recorded = [
        entry("a", recall=1.0),
        entry("b", line=7, recall=0.5, found=1.0),
        entry("a", model="n", recall=0.25),
        entry("c", benchmark="more", score=1.0),
    ]
    made = results_of(recorded, {"more": "failed", "cases": "passed"})
    assert [(one.benchmark, one.model, one.verdict, one.location) for one in made] == [
        ("cases", "m", "passed", "test_it.py:1"),
        ("cases", "n", "passed", "test_it.py:1"),
        ("more", "m", "failed", "test_it.py:1"),
    ]
    first = made[0]
    assert {name: (one.value, one.n, one.metric) for name, one in first.metrics.items()} == {
        "recall": (0.75, 2, "recall"),
        "found": (0.5, 2, "found"),
    }, "a metric that a case did not record counts 0 there"
    assert (first.primary_metric, first.planned, first.outcomes) == ("recall", 2, {"scored": 2})
    assert (first.version, first.subset, first.task_type, first.complete) == ("", "cases", "cases", True)
    assert results_of([], {}) == []


def test_several_scores_of_one_sample_are_one_cluster():
    twice = results_of([entry("a", score=1.0), entry("b", score=0.0), entry("a", score=1.0), entry("b", score=0.0)], {})
    once = results_of([entry("a", score=1.0), entry("b", score=0.0)], {})
    apart = results_of([entry(str(n), score=float(n % 2)) for n in range(4)], {})
    assert twice[0].metrics["score"].stderr == pytest.approx(once[0].metrics["score"].stderr)
    assert apart[0].metrics["score"].stderr < once[0].metrics["score"].stderr
