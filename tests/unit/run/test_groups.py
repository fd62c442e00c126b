"""Samples of one group are one cluster for the statistics."""

import pytest

from pytest_evalscope.stats import mean
from pytest_evalscope.types import Columns, Sample

RIGHT = (0, 1, 2, 6)
"""Questions that the model gets right; it fails the others."""


@pytest.fixture
def accuracy_of(open_run, make_job, adder):
    """Return the accuracy of eight questions, of which each is in the group that is named for it."""

    def asked(groups, **fields):
        def sample(row):
            number = int(row["a"]) // 2
            return Sample(input=row["q"], target=row["a"] if number in RIGHT else "-1", group=groups[number])

        job = make_job(adder(), len(groups), benchmark={"sample": sample}, **fields)
        return open_run(concurrency=1).result(job).accuracy

    return asked


def expected(clusters, *, repeats=1):
    """The same by hand: a row per question and repeat."""
    values = [float(number in RIGHT) for number in range(len(clusters)) for _ in range(repeats)]
    numbers = [cluster for cluster in clusters for _ in range(repeats)]
    return mean("accuracy")(Columns(values={"accuracy": values}, clusters=numbers, samples=range(len(values))))


def shown(estimate):
    return (estimate.value, estimate.stderr, estimate.low, estimate.high, estimate.n)


@pytest.mark.parametrize(
    ("groups", "clusters"),
    [
        ("aaaabbbb", [0, 0, 0, 0, 1, 1, 1, 1]),
        ("abababab", [0, 1, 0, 1, 0, 1, 0, 1]),
        (["", "", "", "a", "a", "", "b", "b"], [0, 1, 2, 3, 3, 4, 5, 5]),
        (["a", "", "a", "", "", "b", "", "b"], [0, 1, 0, 2, 3, 4, 5, 4]),
        ("abcdefgh", [0, 1, 2, 3, 4, 5, 6, 7]),
        ([""] * 8, [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
    ids=["two passages", "in turns", "groups come late", "groups come first", "a group each", "no group"],
)
def test_the_interval_is_that_of_the_clusters(accuracy_of, groups, clusters):
    assert shown(accuracy_of(groups)) == pytest.approx(shown(expected(clusters)))


def test_a_group_is_wider_than_as_many_samples_by_themselves(accuracy_of):
    """By hand: one passage all right, the other all wrong, deviations 2 and -2; SE = sqrt(2 / 1 * (4 + 4)) / 8."""
    grouped = accuracy_of(["a", "a", "a", "b", "b", "b", "a", "b"])
    assert grouped.value == 0.5
    assert grouped.stderr == pytest.approx(0.5)
    assert grouped.stderr > 2 * accuracy_of([""] * 8).stderr


def test_repeats_stay_in_the_group_of_their_sample(accuracy_of):
    found = accuracy_of("aabbccdd", repeats=3)
    assert shown(found) == pytest.approx(shown(expected([0, 0, 1, 1, 2, 2, 3, 3], repeats=3)))
