import re
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from pytest_evalscope.collections.levels import indexes_of_marks
from pytest_evalscope.gates import judge
from pytest_evalscope.stats import mean
from pytest_evalscope.types import OUTCOMES, UNSCORED, Columns, Estimate, Result

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


counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
leaves = st.lists(st.tuples(counts, st.integers(1, 9)), min_size=1, max_size=8)


def measured(leaves):
    """Return the index of benchmarks with k of n right and a weight each, and what its weighted average is exactly."""
    results = []
    for number, ((right, n), weight) in enumerate(leaves):
        rows = [1.0] * right + [0.0] * (n - right)
        columns = Columns(values={"accuracy": rows}, clusters=range(n), samples=range(n))
        results.append(
            Result(
                benchmark=f"b{number}", version="1", model="m", subset="s", primary_metric="accuracy",
                metrics={"accuracy": mean("accuracy")(columns)}, planned=n, outcomes={"scored": n}, weight=weight,
            )
        )  # fmt: skip
    [index] = indexes_of_marks(results, least=1)
    total = sum(weight for _, weight in leaves)
    return index, sum((Fraction(right, n) * weight / total for (right, n), weight in leaves), Fraction())


@given(leaves)
@example([((16, 20), 1), ((25, 25), 1), ((3, 5), 1)])
def test_a_value_reaches_the_bound_that_it_exactly_is(leaves):
    index, exact = measured(leaves)
    for estimate in (index.weighted_avg, *(row.weighted_avg for row in index.dataset)):
        assert estimate >= estimate.value
    average, bound = index.weighted_avg, float(exact)
    assert average >= bound
    assert average <= bound
    assert not average > bound
    assert not average < bound
    assert not average >= bound + 1e-6
    assert not average <= bound - 1e-6
    assert judge_of(average, bound) == ("passed", "")


def judge_of(estimate, bound):
    result = Result(
        benchmark="b", version="1", model="m", subset="s", primary_metric="accuracy", metrics={"accuracy": estimate},
        planned=1, outcomes={"scored": 1},
    )  # fmt: skip
    return judge(result, {"accuracy": bound})


@given(counts, st.integers(1, 40), st.floats(1e-8, 0.1))
@example((791, 1319), 6, 0.0)
def test_a_message_never_shows_a_value_that_is_not_below_the_bound(count, tenths, beyond):
    right, n = count
    for bound in (round(right / n, 3) + beyond, tenths / 40):
        value = right / n
        estimate = Estimate(value=value, stderr=0.01, low=value - 0.02, high=value + 0.02, n=n, metric="accuracy")
        outcome, message = judge_of(estimate, bound)
        if outcome == "failed":
            numbers = re.search(r"accuracy (\S+) ± .* is below ([^;]+)", message)
            assert numbers is not None
            assert float(numbers[1]) < float(numbers[2]) == bound
