"""Metrics over repeats, from the number of repeats alone."""

import pytest

from pytest_evalscope.errors import UnknownName, UsageError
from pytest_evalscope.run import Settings, jobs_of
from pytest_evalscope.stats import ratio, vote_at_k
from pytest_evalscope.types import EVERY_REQUEST, Completion


class Wavering:
    """Right in two of three tries; the third time it says nothing."""

    can = EVERY_REQUEST
    name = "adder"
    identity = None

    async def send(self, request):
        first, _, second = request.messages[-1]["content"].split()
        return Completion(text=[str(int(first) + int(second)), "7777", "no idea"][request.repeat % 3])

    async def aclose(self):
        pass


def test_answers_are_kept_when_a_metric_asks_for_them(open_run, make_job):
    metrics = {"accuracy": make_job(Wavering()).benchmark.metrics["accuracy"], "vote": vote_at_k(3)}
    scores = open_run().result(make_job(Wavering(), 4, benchmark={"metrics": metrics}, repeats=3))
    # One vote for each of two answers, one abstention: half of every choice of three.
    assert (scores.vote.value, scores.accuracy.value, scores.vote.n) == (0.5, pytest.approx(1 / 3), 4)


@pytest.mark.parametrize(
    ("options", "repeats", "names"),
    [
        ({}, 5, ["accuracy"]),
        ({"aggregation": "mean_and_pass_at_k"}, 5, ["accuracy", "pass_at_5"]),
        ({"aggregation": "mean_and_pass_hat_k"}, 2, ["accuracy", "pass_hat_2"]),
        ({"aggregation": "mean_and_vote_at_k"}, 3, ["accuracy", "vote_at_3"]),
        ({"aggregation": "mean_and_vote_at_k"}, 1, ["accuracy"]),
        ({"aggregation": "mean_and_pass_at_k", "repeats": 4}, 1, ["accuracy", "pass_at_4"]),
        ({"aggregation": "mean"}, 4, ["accuracy"]),
    ],
)
def test_repeats_have_the_metric_that_is_named(make_job, options, repeats, names):
    benchmark = make_job(Wavering()).benchmark
    (job,) = jobs_of(benchmark, "adder", Settings(repeats=repeats), options, where="here")
    assert list(job.benchmark.metrics) == names


def test_a_benchmark_of_code_tells_what_several_tries_are_worth():
    from pytest_evalscope.benchmarks import load

    (job,) = jobs_of(load("humaneval"), "m", Settings(repeats=5), {}, where="here")
    assert list(job.benchmark.metrics) == ["accuracy", "pass_at_5"]
    assert job.benchmark.primary_metric == "accuracy"


def test_the_command_line_wins(make_job):
    settings = Settings(repeats=2, dataset_args={"sums": {"aggregation": "mean_and_vote_at_k"}})
    options = {"aggregation": "mean_and_pass_at_k"}
    (job,) = jobs_of(make_job(Wavering()).benchmark, "adder", settings, options, where="here")
    assert list(job.benchmark.metrics) == ["accuracy", "vote_at_2"]


def test_a_kind_that_there_is_not_is_told(make_job):
    with pytest.raises(UnknownName, match=r"here: aggregation: unknown name \('vote'\)"):
        jobs_of(make_job(Wavering()).benchmark, "adder", Settings(), {"aggregation": "vote"}, where="here")


def test_a_headline_that_is_no_mark_has_none(make_job):
    job = make_job(
        Wavering(), benchmark={"metrics": {"share": ratio("accuracy", "accuracy")}, "primary_metric": "share"}
    )
    with pytest.raises(UsageError, match="sums has no mean_and_pass_at_k: its headline is no value of a completion"):
        jobs_of(job.benchmark, "m", Settings(repeats=2), {"aggregation": "mean_and_pass_at_k"}, where="here")


def test_a_headline_of_ones_own_stays_alone(make_job):
    metrics = {"all": vote_at_k(2)}
    changes = {"metrics": metrics, "primary_metric": "all", "aggregation": "mean_and_pass_at_k"}
    (job,) = jobs_of(make_job(Wavering(), benchmark=changes).benchmark, "m", Settings(repeats=2), {}, where="here")
    assert job.benchmark.metrics == metrics
