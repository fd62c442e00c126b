"""What a run folder brings back to a merge, to marking again and to its gates: replies and marks of every form."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pytest_evalscope.api import evaluate, merge, rescore
from pytest_evalscope.environments import in_process
from pytest_evalscope.run import Settings, Shard
from pytest_evalscope.scorers import environment_verdict, exact, judge
from pytest_evalscope.solvers import likelihood
from pytest_evalscope.stats import vote_at_k
from pytest_evalscope.types import Completion, ContinuationLogprob, Score, TokenLogprob
from pytest_evalscope.types.trajectory import said

KIND = 'fake/fixed:{"verdict": "CORRECT", "reason": "so"}'
STERN = 'fake/fixed:{"verdict": "INCORRECT", "reason": "no"}'


def shards(benchmark, count=2, **changes):
    return [
        evaluate([benchmark], models=["fake/fixed:4"], settings=Settings(shard=Shard(index, count), **changes)).folder
        for index in range(1, count + 1)
    ]


def test_what_judges_were_sent_and_said_is_joined_and_kept(sums, folder, read_json):
    judged = sums("judged", 6, score=judge(), metrics={}, primary_metric="")
    panel = Settings(judges=(KIND, STERN))
    whole = evaluate([judged], models=["fake/fixed:4"], settings=panel).results[0]
    (joined,) = merge(shards(judged, judges=panel.judges), folder / "joined").results
    lines = (folder / "joined" / "judgements").rglob("default.jsonl")
    seen = [json.loads(line) for path in lines for line in path.read_text("utf-8").splitlines()]
    assert sorted({exchange["judge"] for line in seen for exchange in line["exchanges"]}) == sorted(panel.judges)
    assert len(seen) == 6
    kept = evaluate([judged], models=["fake/fixed:4"], settings=Settings(run_dir=folder / "joined")).results[0]
    assert whole.agreement is not None
    assert whole.judges == panel.judges
    for result in (joined, kept):
        assert (result.judges, result.agreement, result.metrics) == (whole.judges, whole.agreement, whole.metrics)


@dataclass(frozen=True)
class Placed:
    metrics: tuple[str, ...] = ("accuracy", "length", "depth")

    def __call__(self, sample, completion, context):
        return Score(values={"accuracy": 1.0, "length": float(len(sample.target)), "depth": 0.0}, answer="4")

    def failed(self, sample):
        return dict.fromkeys(self.metrics, 0.0)


def test_a_joined_run_has_its_heat_map(sums, folder):
    mapped = sums(count=12, score=Placed(), metrics={}, axes=("length", "depth"))
    (result,) = merge(shards(mapped), folder / "joined").results
    assert result.axes == ("length", "depth")
    assert [*(folder / "joined" / "reports").rglob("*.svg")]


def test_log_probabilities_are_read_again_and_marked_by_who_asked_for_them(folder):
    settings = Settings(dataset_args={"smoke_knowledge": {"solve": "likelihood"}}, limit=8)
    first = evaluate(["smoke_knowledge"], models=["fake/echo"], settings=settings)
    assert "acc_norm" in first.results[0].metrics
    again = evaluate(["smoke_knowledge"], models=["fake/echo"], settings=replace(settings, run_dir=first.folder))
    assert [result.metrics for result in again.results] == [result.metrics for result in first.results]
    for change in rescore(first.folder).changes:
        assert (change.kept, change.changed) == ("", 0), "the run tells that its options asked for it"
        assert "acc_norm" in change.result.metrics

    from pytest_evalscope.benchmarks import load
    from pytest_evalscope.collections import configure

    own = configure(load("smoke_knowledge"), {"solve": likelihood(by="letter")}, where="test")
    by_test = evaluate([own], models=["fake/echo"], settings=Settings(limit=8))
    for change in rescore(by_test.folder).changes:
        assert change.kept.startswith("its own test requests log-probabilities")
        assert "acc_norm" in change.result.metrics


def test_metrics_over_repeats_and_a_strategy_are_told_again(sums, folder):
    voted = replace(sums(count=3), metrics={**sums().metrics, "vote_3": vote_at_k(3)})
    first = evaluate([voted], models=["fake/fixed:4"], settings=Settings(repeats=3))
    (change,) = rescore(first.folder, benchmarks=[sums(count=3)]).changes
    assert change.result.metrics == first.results[0].metrics

    strict = evaluate([sums()], models=["fake/fixed:4"], settings=Settings(judges=(KIND,), judge_strategy="llm"))
    assert (strict.results[0].version, strict.results[0].metrics["accuracy"].value) == ("1+llm", 1.0)
    (change,) = rescore(strict.folder, benchmarks=[sums()]).changes
    assert change.kept == "judges gave them, and none is named"
    assert change.result.metrics == strict.results[0].metrics


def test_every_field_of_a_reply_comes_back_from_the_folder(sums, folder):
    whole = Completion(
        text="4",
        reasoning="2 and 2",
        trajectory=(
            {"role": "assistant", "content": "", "tool_calls": [{"id": "a"}], "step": {"seconds": 0.5}},
            {"role": "tool", "tool_call_id": "a", "content": "2"},
            {"role": "assistant", "content": "4"},
        ),
        verdict={"success": True},
        embeddings=((0.5, -1.0), (0.0, 2.0)),
        likelihoods=(ContinuationLogprob(logprob=-1.5, tokens=2, greedy=True),),
        logprobs=(TokenLogprob(token="4", logprob=-0.25, top=(("4", -0.25), ("5", -2.0))),),
        tool_calls=({"id": "a", "function": {"name": "add"}},),
        model="served",
        attempts=2,
    )
    seen = []

    async def solve(sample, context):
        return whole

    class Seeing(exact):
        def __call__(self, sample, completion, context):
            seen.append(completion)
            return Score(values={"accuracy": 1.0}, answer="4")

    benchmark = sums(count=1, solve=solve, score=Seeing(), metrics={})
    first = evaluate([benchmark], models=["fake/echo"])
    evaluate([benchmark], models=["fake/echo"], settings=Settings(run_dir=first.folder))
    assert seen == [whole, replace(whole, cached=True)]


def test_a_verdict_is_scored_again_without_its_environment(sums, folder):
    seen: list[tuple[Any, Any]] = []
    started: list[str] = []
    scorer = environment_verdict()

    class Reads:
        metrics = scorer.metrics
        failed = scorer.failed

        async def __call__(self, sample, completion, context):
            seen.append((await context.environment.verdict(), completion.verdict))
            return scorer(sample, completion, context)

    def start(sample, seed):
        started.append(sample.target)
        if sample.target == "2":
            raise ValueError("torn")
        return sample.target

    world = in_process(start, tools=(), verdict=lambda state, sample: {"success": state == "4"})
    benchmark = sums(count=3, environment=world, score=Reads(), metrics={}, primary_metric="")
    first = evaluate([benchmark], models=["fake/fixed:4"])
    assert first.results[0].outcomes == {"scored": 2, "environment_error": 1}
    assert first.results[0].primary == 1 / 3
    assert sorted(started) == ["2", "4", "6"]
    scored = [*seen]
    assert [found["success"] for found, _ in scored] == [judged["success"] for _, judged in scored]
    assert {found["success"] for found, _ in scored} == {True, False}
    again = evaluate([benchmark], models=["fake/fixed:4"], settings=Settings(run_dir=first.folder))
    assert [result.outcomes for result in again.results] == [result.outcomes for result in first.results]
    assert [result.metrics for result in again.results] == [result.metrics for result in first.results]
    assert len(started) == 3, "nothing acts again"
    assert seen == [*scored, *scored]


def test_a_broken_environment_has_no_score_again(sums, folder):
    def judge_it(state, sample):
        raise ValueError("torn")

    benchmark = sums(count=2, environment=in_process(lambda sample, seed: None, tools=(), verdict=judge_it))
    first = evaluate([benchmark], models=["fake/fixed:2"])
    assert first.results[0].outcomes == {"environment_error": 2}
    again = evaluate([benchmark], models=["fake/fixed:2"], settings=Settings(run_dir=first.folder))
    assert again.results[0].outcomes == {"environment_error": 2}
    assert merge([first.folder], folder / "joined").results[0].outcomes == {"environment_error": 2}


def test_turns_of_an_older_folder_are_read_as_a_trajectory(sums, folder):
    seen = []

    class Seeing(exact):
        def __call__(self, sample, completion, context):
            seen.append(completion.turns)
            return Score(values={"accuracy": 1.0}, answer="4")

    async def solve(sample, context):
        return Completion(text="4", trajectory=said(("first", "4")))

    benchmark = sums(count=1, solve=solve, score=Seeing(), metrics={})
    first = evaluate([benchmark], models=["fake/echo"])
    (path,) = (first.folder / "predictions").rglob("*.jsonl")
    line = json.loads(path.read_text("utf-8"))
    del line["completion"]["trajectory"], line["completion"]["verdict"]
    line["completion"]["turns"] = ["first", "4"]
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    evaluate([benchmark], models=["fake/echo"], settings=Settings(run_dir=first.folder))
    assert seen == [("first", "4"), ("first", "4")]


@pytest.mark.parametrize("outcome", ["truncated", "filtered"])
def test_outcomes_are_the_same_again(sums, folder, outcome):
    async def solve(sample, context):
        return Completion(text="2", finish_reason={"truncated": "length", "filtered": "content_filter"}[outcome])

    benchmark = sums(count=2, solve=solve)
    first = evaluate([benchmark], models=["fake/echo"])
    assert first.results[0].outcomes == {outcome: 2}
    assert merge([first.folder], folder / "joined").results[0].outcomes == {outcome: 2}
    assert rescore(first.folder, benchmarks=[benchmark]).changes[0].result.outcomes == {outcome: 2}
