from hypothesis import given
from hypothesis import strategies as st

from pytest_evalscope.gates import judge
from pytest_evalscope.stats import mean
from pytest_evalscope.types import OUTCOMES, UNSCORED, Columns, Result

record = st.sampled_from(OUTCOMES).flatmap(
    lambda outcome: st.tuples(st.just(outcome), st.sampled_from([0.0, 1.0]) if outcome == "scored" else st.just(0.0))
)
records = st.lists(record, min_size=1, max_size=40)
shares = st.floats(0, 1)


def verdict(records, threshold, max_errors, planned=None):
    n = len(records)
    columns = Columns(values={"accuracy": [value for _, value in records]}, clusters=range(n), samples=range(n))
    outcomes = [outcome for outcome, _ in records]
    return judge(
        Result(
            benchmark="b",
            version="1",
            model="m",
            subset="s",
            primary_metric="accuracy",
            metrics={"accuracy": mean("accuracy")(columns)} if records else {},
            planned=n if planned is None else planned,
            outcomes={name: outcomes.count(name) for name in set(outcomes)},
        ),
        {"accuracy": threshold},
        max_errors,
    ).verdict


@given(records, shares, shares, st.integers(0, 39), st.sampled_from(sorted(UNSCORED)))
def test_a_sample_that_fails_never_turns_red_to_green(before, threshold, max_errors, place, outcome):
    place %= len(before)
    after = [*before[:place], (outcome, 0.0), *before[place + 1 :]]
    if verdict(after, threshold, max_errors) == "passed":
        assert verdict(before, threshold, max_errors) == "passed" or before[place][0] in UNSCORED


@given(records, shares, shares)
def test_one_more_wrong_answer_never_turns_a_fail_to_a_pass(before, threshold, max_errors):
    if verdict(before, threshold, max_errors) == "failed":
        assert verdict([*before, ("scored", 0.0)], threshold, max_errors) == "failed"


@given(records, shares, shares, st.integers(0, 39))
def test_a_record_that_is_missing_never_turns_red_to_green(before, threshold, max_errors, place):
    after = [*before[: place % len(before)], *before[place % len(before) + 1 :]]
    assert verdict(after, threshold, max_errors, planned=len(before)) == "error"
