"""pass@k, pass^k and vote@k over the repeats of a sample."""

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest

from pytest_evalscope.errors import GateError, UnknownName, UsageError
from pytest_evalscope.stats import described, mean, metric_of, pass_at_k, pass_hat_k, vote_at_k
from pytest_evalscope.types import Columns


def columns(*tries, clusters=None):
    """One row per try; `tries` holds per sample its marks."""
    rows = [(sample, float(mark)) for sample, marks in enumerate(tries) for mark in marks]
    return Columns(
        values={"accuracy": [mark for _, mark in rows]},
        samples=[sample for sample, _ in rows],
        clusters=[sample if clusters is None else clusters[sample] for sample, _ in rows],
    )


TRIES = ([1, 0, 0, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 1, 0, 0])


@pytest.mark.parametrize(("metric", "wins"), [(pass_at_k, any), (pass_hat_k, all)])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_it_is_the_mean_over_all_choices_of_k_tries(metric, wins, k):
    chosen = [[wins(each) for each in combinations(marks, k)] for marks in TRIES]
    expected = sum(sum(each) / len(each) for each in chosen) / len(chosen)
    estimate = metric(k)(columns(*TRIES))
    assert estimate.value == pytest.approx(expected)
    assert estimate.n == len(TRIES)
    assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize("metric", [pass_at_k, pass_hat_k])
def test_one_try_is_the_mean(metric):
    found = columns([1], [0], [1])
    assert (metric(1)(found).value, metric(1)(found).stderr) == (
        mean("accuracy")(found).value,
        mean("accuracy")(found).stderr,
    )


def test_repeats_that_ended_in_any_order_are_told_apart_by_their_sample():
    mixed = Columns(values={"accuracy": [1.0, 0.0, 0.0, 0.0]}, samples=[0, 1, 0, 1], clusters=[0, 1, 0, 1])
    assert pass_at_k(2)(mixed).value == 0.5


def test_samples_of_one_group_stay_one_cluster():
    alone, grouped = (columns(*TRIES, clusters=clusters) for clusters in (None, [-1, -1, -2, -2]))
    assert pass_at_k(2)(alone).value == pass_at_k(2)(grouped).value
    assert pass_at_k(2)(alone).stderr != pass_at_k(2)(grouped).stderr


def test_too_few_repeats_are_refused():
    with pytest.raises(GateError) as caught:
        pass_at_k(3)(columns([1, 0, 1], [1, 0]))
    assert caught.value.message == "metric accuracy: too few repeats of a sample (2); at least 3 are needed"
    assert caught.value.hint == "pass --eval-repeats=3 or more"


def test_a_try_is_right_from_1_up():
    found = replace(columns([1, 1], [1, 1]), values={"accuracy": [0.99, 0.5, 1.0, 7.0]})
    assert (pass_at_k(1)(found).value, pass_hat_k(2)(found).value) == (0.5, 0.5)
    assert pass_at_k(1, "accuracy")(found).metric == "accuracy"


def test_how_it_was_made_is_told():
    for metric in (pass_at_k, pass_hat_k, vote_at_k):
        told = described(metric(2, "solved"))
        assert told == [metric.__name__, 2, "solved"]
        again = metric_of(told)
        assert again is not None
        assert described(again) == told
    assert described(pass_at_k(1)) == ["pass_at_k", 1, "accuracy"]


def test_nothing_has_no_pass_rate():
    with pytest.raises(GateError, match="no rows"):
        pass_at_k(1)(columns())


def test_what_was_typed_wrong_is_told():
    with pytest.raises(UsageError, match=r"pass_hat_k: not a number of tries \(0\)"):
        pass_hat_k(0)
    with pytest.raises(UsageError, match=r"^pass_at_k: not a number of tries \(-1\); accepted: 1 or more$"):
        pass_at_k(-1)
    with pytest.raises(UnknownName, match="acuracy"):
        pass_at_k(1, "acuracy")(columns([1]))


def votes(*tries, clusters=None):
    """One row per try; `tries` holds per sample its answers, of which "a" is right and None is none."""
    rows = [(sample, answer) for sample, answers in enumerate(tries) for answer in answers]
    return Columns(
        values={"accuracy": [float(answer == "a") for _, answer in rows]},
        samples=[sample for sample, _ in rows],
        clusters=[sample if clusters is None else clusters[sample] for sample, _ in rows],
        answers=[0 if answer is None else ord(answer) for _, answer in rows],
    )


def majority(answers):
    counts = Counter(answer for answer in answers if answer is not None)
    best = [answer for answer, count in counts.items() if count == max(counts.values())]
    return sum(answer == "a" for answer in best) / len(best) if best else 0.0


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_a_vote_is_the_mean_over_all_choices_of_k_tries(k):
    tries = (["a", "b", "b", "a", "a"], ["b", "b", "c", "a", None], [None] * 5, ["a", None, None, None, "c"])
    expected = [[majority(chosen) for chosen in combinations(answers, k)] for answers in tries]
    estimate = vote_at_k(k)(votes(*tries))
    assert estimate.value == pytest.approx(sum(sum(each) / len(each) for each in expected) / len(tries))
    assert estimate.n == len(tries)


def test_a_vote_of_any_answers_is_the_mean_over_all_choices():
    rng = random.Random(7)
    for _ in range(60):
        tries = [rng.choice(["a", "a", "b", "c", "d", None]) for _ in range(rng.randint(1, 7))]
        k = rng.randint(1, len(tries))
        chosen = [majority(each) for each in combinations(tries, k)]
        assert vote_at_k(k)(votes(tries)).value == pytest.approx(sum(chosen) / len(chosen))


def test_one_voter_is_the_mean():
    found = votes(["a"], ["b"], [None])
    assert vote_at_k(1)(found).value == mean("accuracy")(found).value


def test_many_repeats_are_counted_in_no_time():
    assert vote_at_k(64)(votes(["a"] * 70 + ["b"] * 58)).value > 0.8


def test_an_answer_that_judges_mark_in_two_ways_is_worth_their_mean():
    found = votes(["a", "a"])
    assert vote_at_k(2)(replace(found, values={"accuracy": [1.0, 0.0]})).value == 0.5


def test_too_few_votes_are_refused():
    with pytest.raises(GateError, match=r"too few repeats of a sample \(2\)"):
        vote_at_k(3)(votes(["a", "b"]))
    with pytest.raises(UsageError, match=r"vote_at_k: not a number of tries \(0\)"):
        vote_at_k(0)
    with pytest.raises(UnknownName, match="acuracy"):
        vote_at_k(1, "acuracy")(votes(["a"]))
    with pytest.raises(GateError, match=r"a vote needs answers \(0 for 2 rows\)"):
        vote_at_k(2)(columns([1, 0]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("metric", "samples", "repeats", "truth"),
    [
        (mean("accuracy"), 100, 4, 0.98),
        (mean("accuracy"), 20, 4, 0.10),
        (pass_at_k(3), 100, 5, 0.985),
        (pass_at_k(5), 100, 5, 0.985),
        (pass_hat_k(3), 100, 5, 0.015),
    ],
)
def test_intervals_near_the_edges_cover_the_truth_and_both_tails_are_small(metric, samples, repeats, truth):
    """A sample is always right or always wrong four times out of five, so that a value of its own is the truth."""
    source, below, above, runs = random.Random(f"{samples} {repeats} {truth}"), 0, 0, 600
    for _ in range(runs):
        rows = [float(source.random() < truth) for _ in range(samples)]
        values = [row for row in rows for _ in range(repeats)]
        ids = [sample for sample in range(samples) for _ in range(repeats)]
        found = metric(Columns(values={"accuracy": values}, clusters=ids, samples=ids))
        below += truth < found.low
        above += truth > found.high
    assert max(below, above) / runs <= 0.045
    assert below + above <= 0.075 * runs


def test_one_try_of_one_is_the_plain_proportion():
    table = Columns(values={"accuracy": [1.0, 0.0, 1.0]}, clusters=range(3), samples=range(3))
    assert pass_at_k(1)(table) == mean("accuracy")(table)
