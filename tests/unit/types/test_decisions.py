"""Three answers of an interval to a bound, and what an inconclusive one is worth."""

import math
import warnings
from typing import Any

import pytest

from pytest_evalscope.errors import GateError, UnknownName, UsageError
from pytest_evalscope.stats import mean
from pytest_evalscope.types import POLICIES, Columns, Decision, Estimate, InconclusiveWarning, Policy, Scores, Threshold
from pytest_evalscope.types.estimate import deciding

TOO_LITTLE = (
    "inconclusive: f1 0.500 ± 0.110 (95 % 0.40–0.62, n=90) may or may not be at least 0.45; "
    "n=90 shows drops from 0.138 up (80 % power)"
)


def estimate(value=0.5, **changes):
    return Estimate(**{"value": value, "stderr": 0.05, "low": 0.4, "high": 0.62, "n": 90, "metric": "f1", **changes})


def scores(**metrics):
    made = {name: estimate(metric=name, **ends) for name, ends in metrics.items()}
    given: dict[str, Any] = {"outcomes": {"scored": 90}, "planned": 90, "primary_metric": "f1", "metrics": made}
    return Scores(benchmark="b", subset="default", model="m", **given)


@pytest.mark.parametrize(
    ("bound", "least", "most"),
    [
        (0.0, "passed", "failed"),
        (0.39, "passed", "failed"),
        (0.4, "passed", "inconclusive"),
        (0.4 + 1e-12, "passed", "inconclusive"),  # up to rounding
        (0.400001, "inconclusive", "inconclusive"),
        (0.5, "inconclusive", "inconclusive"),
        (0.62, "inconclusive", "passed"),
        (0.62 + 1e-12, "inconclusive", "passed"),
        (0.620001, "failed", "passed"),
        (1, "failed", "passed"),
    ],
)
def test_the_ends_of_the_interval_decide(bound, least, most):
    assert estimate().at_least(bound).outcome == least
    assert estimate().at_most(bound).outcome == most


def test_the_text_has_the_estimate_and_the_bound():
    made = estimate()
    assert repr(made.at_least(0.45)) == TOO_LITTLE
    assert made.at_least(0.3).text == "f1 0.500 ± 0.110 (95 % 0.40–0.62, n=90) is at least 0.3"
    assert made.at_least(0.9).text == "f1 0.500 ± 0.110 (95 % 0.40–0.62, n=90) is below 0.9"
    assert made.at_most(0.9).text.endswith(" is at most 0.9")
    assert made.at_most(0.3).text.endswith(" is above 0.3")
    assert made.at_most(0.5).text.endswith(" may or may not be at most 0.5")
    threshold = Threshold(values={"f1": 0.9}, primary="f1", source="--eval-threshold")
    assert made.at_least(threshold).text.endswith(" is below 0.9 (set by --eval-threshold)")


def test_an_end_beside_its_bound_has_as_many_digits_as_tell_them_apart():
    assert "(95 % 0.399–0.62, n=90)" in estimate(low=0.399).at_least(0.4).text
    assert "(95 % 0.40–0.4996, n=90)" in estimate(0.45, high=0.4996).at_least(0.5).text


@pytest.mark.parametrize("policy", POLICIES)
def test_an_inconclusive_answer_is_what_the_policy_says(policy: Policy):
    heard: list[Any] = []
    settings: list[tuple[Policy | None, Policy]] = [(policy, "warn"), (policy, "fail"), (None, policy)]
    for own, run in settings:
        with deciding(run, lambda *said: heard.append(said)), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            answer = estimate().at_least(0.45, inconclusive=own)
            assert bool(answer) is (policy != "fail")
        assert [(one.category, str(one.message)) for one in caught] == (
            [(InconclusiveWarning, TOO_LITTLE)] if policy == "warn" else []
        )
        decision, applied = heard.pop()
        assert decision is answer
        assert applied == policy
    assert not heard


def test_without_a_run_it_warns_at_the_line_that_uses_it():
    with pytest.warns(InconclusiveWarning, match="^inconclusive: f1") as caught:
        assert estimate().at_least(0.45)
    assert [one.filename for one in caught] == [__file__]
    with pytest.warns(InconclusiveWarning) as caught:
        assert (estimate().at_least(0.45) == True) is True  # noqa: E712 - the comparison is the test
    assert [one.filename for one in caught] == [__file__]


@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_changes_what_is_sure(policy):
    assert estimate().at_least(0.3, inconclusive=policy)
    assert not estimate().at_least(0.9, inconclusive=policy)
    assert estimate().at_most(0.9, inconclusive=policy) == True  # noqa: E712 - the comparison is the test
    assert estimate().at_most(0.3, inconclusive=policy) == False  # noqa: E712 - the comparison is the test


def test_the_innermost_run_says_it_and_is_gone_when_it_ends():
    answer = estimate().at_least(0.45)
    with deciding("pass", lambda *_: None):
        with deciding("fail", lambda *_: None):
            assert not answer
        assert answer
        with pytest.raises(ValueError, match="x"), deciding("fail", lambda *_: None):
            raise ValueError("x")
        assert answer


def test_a_decision_compares_with_truth_values_alone():
    answer = estimate().at_least(0.3)
    assert {answer: 1}[answer] == 1
    for other in ("passed", None, 1):
        with pytest.raises(TypeError, match="a decision compares with True and False"):
            answer == other  # noqa: B015 - the comparison is the test


@pytest.mark.parametrize("bound", ["0.5", None, True, math.nan, math.inf, estimate()])
def test_what_is_no_bound_is_refused(bound):
    for question in (estimate().at_least, estimate().at_most, scores(f1={}).at_least):
        with pytest.raises(UsageError, match=r"^f1\.at_(least|most): not a bound \(.*\); accepted: a finite number"):
            question(bound)


def test_a_policy_that_is_none_is_refused():
    with pytest.raises(UnknownName, match=r"f1\.at_least: inconclusive: unknown name \('warm'\); did you mean warn\?"):
        estimate().at_least(0.5, inconclusive="warm")


@pytest.mark.parametrize(
    "ends",
    [
        {"low": math.nan}, {"high": math.inf}, {"value": math.nan}, {"low": 0.55}, {"high": 0.45},
        {"low": 0.5, "high": 0.5, "stderr": 0.0}, {"low": 0.5, "high": 0.5, "stderr": math.nan},
    ],
)  # fmt: skip
def test_without_an_interval_nothing_is_decided(ends):
    for question in (estimate(**ends).at_least, estimate(**ends).at_most):
        for bound in (0.1, 0.5, 0.9):
            with pytest.raises(GateError, match=r"^f1: it has no interval, so nothing is decided"):
                question(bound)


def test_an_interval_that_was_cut_to_the_scale_has_an_error_and_decides():
    assert estimate(0.0, low=0.0, high=0.0).at_least(0.1).outcome == "failed"


@pytest.mark.parametrize("values", [[1.0], [0.0], [1.0] * 20, [0.0] * 20, [0.5] * 20])
def test_rows_that_are_all_equal_are_never_sure_of_their_own_value(values):
    made = mean("right")(Columns(values={"right": values}, clusters=range(len(values)), samples=range(len(values))))
    assert made.at_least(made.value).outcome == ("passed" if made.value == 0 else "inconclusive")
    assert made.at_most(made.value).outcome == ("passed" if made.value == 1 else "inconclusive")


def test_scores_decide_every_metric_of_a_threshold():
    low = {"value": 0.2, "low": 0.1, "high": 0.3}
    made = scores(f1={}, recall=low)

    def of(**values):
        return made.at_least(Threshold(values=values, primary="f1", source="a file"), inconclusive="fail")

    assert (of(f1=0.3, recall=0.05).outcome, of(f1=0.45, recall=0.05).outcome) == ("passed", "inconclusive")
    assert of(f1=0.45, recall=0.9).text == "recall 0.200 ± 0.100 (95 % 0.10–0.30, n=90) is below 0.9 (set by a file)"
    both = of(f1=0.45, recall=0.2)
    assert both.text.count("inconclusive: ") == 2
    assert both.thresholds == (("f1", 0.45), ("recall", 0.2))
    assert not both
    assert made.at_least(0.3).outcome == "passed", "of the primary metric"
    assert made.at_least(0.3).thresholds == ()
    with pytest.raises(UsageError, match="no bound is set"):
        of()


def test_a_question_that_is_not_put_has_no_truth_value():
    made = scores(f1={})
    for question, name in ((made.f1.at_least, "f1.at_least"), (made.f1.at_most, "f1.at_most")):
        with pytest.raises(TypeError, match=rf"^{name}, which is not called here, has no truth value"):
            bool(question)
        assert repr(question) == name
    with pytest.raises(TypeError, match=r"write scores\.at_least\(0\.5\)"):
        bool(made.at_least)
    assert repr(estimate(metric="").at_least) == "estimate.at_least"


def test_a_place_is_where_it_warns():
    answer = Decision(outcome="inconclusive", text="inconclusive: x")
    with pytest.warns(InconclusiveWarning) as caught:
        assert answer.used(("evals/test_a.py", 7))
    assert [(one.filename, one.lineno) for one in caught] == [("evals/test_a.py", 7)]
