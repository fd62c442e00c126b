"""The records that tell most are those that are worst, one of each kind first, and the same ones each time."""

import random

import pytest

from pytest_evalscope.gates.telling import most_telling, ranked, value_of
from pytest_evalscope.types import Record


def record(sample_id, value=0.0, outcome="scored", **fields):
    values = fields.pop("values", {"accuracy": value})
    return Record(benchmark="b", subset="s", model="m", sample_id=sample_id, outcome=outcome, values=values, **fields)


def chosen(*records, metric="accuracy", computed=True, rising=False, most=3):
    given = [ranked(one, line, metric, rising=rising) for line, one in enumerate(records, 1)]
    return [one.sample_id for one in most_telling(given, computed=computed, most=most)]


def test_the_worst_come_first_and_the_best_are_left_out():
    assert chosen(record("a", 1), record("b", 0.5), record("c", 0), record("d", 1)) == ["c", "b"]


def test_where_all_are_alike_all_are_as_bad():
    assert chosen(record("a", 1), record("b", 1)) == ["a", "b"]


def test_of_equal_ones_ids_decide_so_that_the_order_of_lines_does_not():
    records = [record(str(number), number % 2) for number in range(40)]
    expected = ["0", "2", "4"]
    for seed in range(20):
        random.Random(seed).shuffle(records)
        assert chosen(*records) == expected
    assert chosen(record("10"), record("9"), record("best", 1)) == ["9", "10"]
    assert chosen(record("a", repeat=1), record("best", 1), record("a", repeat=0)) == ["a", "a"]


def test_one_of_each_kind_of_failure_comes_before_a_second_of_any():
    wrong = [record(str(number)) for number in range(5)]
    cut, none = record("cut", outcome="truncated"), record("none", outcome="no_answer")
    assert chosen(*wrong, cut, none, record("best", 1)) == ["0", "cut", "none"]
    assert chosen(*wrong, record("cut", 0.5, "truncated"), record("best", 1)) == ["0", "cut", "1"]


def test_of_a_metric_that_was_wanted_to_be_low_the_highest_are_the_worst():
    assert chosen(record("a", 3), record("b", 1), record("c", 2), rising=True) == ["a", "c"]


def test_a_record_has_its_own_value_of_a_metric_that_is_made_of_several():
    made = record("a", values={"hits": 2.0, "accuracy": 0.5})
    assert value_of(made, "accuracy") == 0.5
    assert value_of(made, "f1", ("missing", "hits")) == 2.0
    assert value_of(made, "pass@2") == 2.0, "the first that it has"
    assert value_of(record("a", values={}), "accuracy") == 0.0


def test_without_a_gate_those_without_a_score_are_shown_one_of_each_error_first():
    errors = [record(str(number), outcome="scorer_error", error="KeyError: 'y' at a.py:6") for number in range(4)]
    other = record("other", outcome="scorer_error", error="TypeError: no")
    slow = record("slow", outcome="timeout", error="no response")
    assert chosen(record("wrong"), *errors, other, slow, computed=False) == ["0", "slow", "other"]
    assert chosen(*errors, slow, computed=False) == ["0", "slow", "1"]
    assert chosen(record("wrong"), computed=False) == []


def test_errors_that_differ_in_what_they_quote_are_of_one_kind():
    errors = [record(str(n), outcome="scorer_error", error=f"KeyError: '{n}' at a.py:6") for n in range(4)]
    refused = record("x", outcome="model_error", error="fake/x: HTTP 400 (no such thing)")
    other = record("y", outcome="model_error", error="fake/x: HTTP 429 (no such thing)")
    assert chosen(*errors, refused, other, computed=False) == ["0", "x", "y"]


def test_errors_of_more_kinds_than_are_told_apart_are_kept_in_bounds():
    many = [record(str(number), outcome="model_error", error=f"{number} is its number") for number in range(500)]
    assert chosen(*many, computed=False) == ["0", "1", "2"]


@pytest.mark.parametrize("computed", [True, False])
def test_of_no_record_none_tells(computed):
    assert chosen(computed=computed) == []
