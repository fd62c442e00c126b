"""Scores from the verdict of an environment, and none from an attempt that came to no answer."""

from typing import Any, cast

import pytest

from pytest_evalscope.errors import ScorerError
from pytest_evalscope.scorers import environment_verdict
from pytest_evalscope.types import Completion, Sample

SAMPLE = Sample(input="?")
NOTHING = cast("Any", None)


def scored(scorer, verdict, **fields):
    return scorer(SAMPLE, Completion(text="done", verdict=verdict, **fields), NOTHING)


def test_numbers_and_truths_of_the_verdict_are_the_scores():
    made = scored(environment_verdict(metrics=("success", "reward")), {"success": True, "reward": 0.25, "why": "é"})
    assert made.values == {"success": 1.0, "reward": 0.25}
    assert made.answer == '{"success": true, "reward": 0.25, "why": "é"}'


@pytest.mark.parametrize("reason", ["max_turns", "budget", "length"])
def test_an_attempt_without_an_answer_is_scored_only_where_that_is_wanted(reason):
    made = scored(environment_verdict(), {"success": True}, finish_reason=reason)
    assert (made.values, made.answer) == ({"success": 0.0}, None)
    assert made.explanation == f"no final answer: the attempt ended at {reason}"
    made = scored(environment_verdict(unfinished=True), {"success": True}, finish_reason=reason)
    assert (made.values, made.answer) == ({"success": 1.0}, '{"success": true}')


@pytest.mark.parametrize(
    ("verdict", "given"),
    [(None, "no verdict"), ({}, "no verdict"), ({"reward": 1}, "reward"), ({"success": "1"}, "success")],
)
def test_a_verdict_without_the_number_is_no_score(verdict, given):
    with pytest.raises(ScorerError) as caught:
        scored(environment_verdict(), verdict)
    assert caught.value.message == (
        f"environment_verdict: no number for 'success' ({given}); accepted: an environment whose verdict has one"
    )


def test_a_sample_without_a_completion_counts_nothing():
    assert environment_verdict(metrics=("a", "b")).failed(SAMPLE) == {"a": 0.0, "b": 0.0}
