"""The judges of a run: behind the cache and their own limit, and never the model under test."""

import asyncio
import json
from dataclasses import replace
from typing import Any, cast

import pytest

from pytest_evalscope.api import evaluate
from pytest_evalscope.benchmarks import Benchmark
from pytest_evalscope.data import Rows
from pytest_evalscope.errors import UsageError
from pytest_evalscope.folder.judge_log import LONGEST_SAMPLE, LONGEST_TEXT, Exchange, written
from pytest_evalscope.models.middleware.concurrency_limit import bounded
from pytest_evalscope.run import Run, RunFolder, Settings
from pytest_evalscope.scorers import exact, judge, judged, rubric
from pytest_evalscope.scorers.judging import compare, turn_ratings, versus
from pytest_evalscope.solvers import turns
from pytest_evalscope.types import EVERY_REQUEST, Chat, Completion, Sample, Score

RIGHT = 'fake/fixed:{"reason": "as the reference says", "verdict": "CORRECT"}'
WRONG = 'fake/fixed:{"reason": "it differs", "verdict": "INCORRECT"}'
BROKEN = "fake/fixed:I would say CORRECT."
JUDGED = Benchmark(
    name="judged",
    data=Rows([{"q": f"question {n}"} for n in range(3)]),
    sample=lambda row: Sample(input=row["q"], target="an answer"),
    score=judge(),
)


@pytest.fixture
def run_judged(tmp_path):
    def made(*judges, model="fake/echo", **fields):
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, judges=judges, **fields)
        return evaluate([JUDGED], models=[model], settings=settings, progress=False).results[0]

    return made


def test_what_the_scorer_needs_the_benchmark_needs():
    assert JUDGED.needs == ("judge",)


def test_a_judge_marks_the_replies(run_judged):
    result = run_judged(RIGHT)
    assert {name: estimate.value for name, estimate in result.metrics.items()} == {
        "is_correct": 1.0,
        "is_incorrect": 0.0,
        "is_not_attempted": 0.0,
    }
    assert result.verdict == "none"


def test_several_judges_are_a_panel(run_judged):
    assert run_judged(RIGHT, WRONG).primary == 0.5
    assert run_judged(RIGHT, WRONG, WRONG.replace("differs", "varies")).primary == 0.0


def test_a_judge_without_a_verdict_leaves_the_sample_unscored(run_judged):
    result = run_judged(BROKEN)
    assert result.outcomes == {"scorer_error": 3}
    assert (result.primary, result.verdict) == (0.0, "error")
    assert "judge fake/fixed:I would say CORRECT.: no verdict in two requests" in result.message


def test_a_judge_that_cannot_be_reached_leaves_the_sample_unscored(run_judged):
    result = run_judged("fake/error")
    assert (result.outcomes, result.verdict) == ({"scorer_error": 3}, "error")
    assert "judge fake/error: no verdict" in result.message


def test_no_judge_is_an_error_before_any_request(run_judged):
    with pytest.raises(UsageError, match="judged: a judge scores its completions, but no judge is named") as caught:
        run_judged(model="fake/error")
    assert "--eval-judge" in caught.value.hint


def test_a_judge_that_there_is_not_is_told_before_any_request(run_judged):
    with pytest.raises(UsageError, match="model provider"):
        run_judged("opnai/gpt", model="fake/error")


def test_judges_have_their_own_address_and_none_of_the_arguments_of_the_model():
    settings = Settings(judge_concurrency=5)
    plain = settings.judge
    assert (plain.api_url, plain.args, plain.concurrency) == ("", {}, 5)
    assert Settings(judge_api_url="http://localhost:1/v1").judge.api_url == "http://localhost:1/v1"


@pytest.fixture
def bounds(monkeypatch):
    """What each judge is bounded by: requests in flight, and in all."""
    given = []

    def bound(model, most, requests=None):
        given.append((most, requests))
        return bounded(model, most, requests)

    monkeypatch.setattr("pytest_evalscope.models.middleware.concurrency_limit.bounded", bound)
    return given


def test_judges_are_opened_once_and_share_their_places_among_workers(tmp_path, bounds):
    with Run(Settings(judges=(RIGHT,), judge_concurrency=6, cache="off"), RunFolder(tmp_path), workers=3) as run:
        first: Any = run.resources.judges()[0]
        assert run.resources.judges() == (first,)
        assert first.name == RIGHT
    assert bounds == [(2, None)]


def test_verdicts_are_cached(run_judged, tmp_path, monkeypatch):
    assert run_judged(RIGHT).primary == 1.0
    monkeypatch.setattr(
        "pytest_evalscope.models.providers.fake._Fake._say", lambda self, question: pytest.fail("asked again")
    )
    assert run_judged(RIGHT, cache="replay").primary == 1.0


def test_a_limited_model_answers_no_more_at_once_than_it_may():
    class Slow:
        can = EVERY_REQUEST
        name, identity, flying, peak = "slow", {"slow": 1}, 0, 0

        async def send(self, request):
            self.flying += 1
            self.peak = max(self.peak, self.flying)
            await asyncio.sleep(0)
            self.flying -= 1
            return Completion(text="ok")

        async def aclose(self):
            pass

    model = Slow()

    async def ask():
        door = bounded(model, 3)
        assert (door.name, door.identity) == ("slow", {"slow": 1})
        return await asyncio.gather(*(door.send(Chat(messages=())) for _ in range(10)))

    assert len(asyncio.run(ask())) == 10
    assert model.peak == 3


def lines(folder, kind):
    (path,) = (folder / kind).rglob("*.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_judges_were_sent_and_said_is_in_the_run_folder(run_judged, tmp_path):
    run_judged(RIGHT, BROKEN)
    folder = tmp_path / "latest"
    judgements = lines(folder, "judgements")
    assert {line["sample_id"] for line in judgements} == {line["sample_id"] for line in lines(folder, "reviews")}
    one, *again = sorted(judgements[0]["exchanges"], key=lambda exchange: exchange["judge"] == BROKEN)
    assert (one["judge"], one["reply"], one["error"]) == (RIGHT, RIGHT.removeprefix("fake/fixed:"), "")
    assert "an answer" in one["messages"][1]["content"]
    assert [len(exchange["messages"]) for exchange in again] == [2, 4]
    assert {exchange["reply"] for exchange in again} == {"I would say CORRECT."}


def test_a_judge_that_failed_is_in_the_run_folder_with_its_reason(run_judged, tmp_path):
    run_judged("fake/error")
    (exchange,) = lines(tmp_path / "latest", "judgements")[0]["exchanges"]
    assert exchange["reply"] is None
    assert exchange["error"]


def test_without_judges_there_is_no_file_of_them(tmp_path):
    plain = replace(JUDGED, score=exact(), needs=())
    settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path)
    evaluate([plain], models=["fake/echo"], settings=settings, progress=False)
    assert not (tmp_path / "latest" / "judgements").exists()


def test_long_texts_are_cut_and_say_so():
    said = Completion(text="y" * 50)
    request = Chat(messages=({"role": "user", "content": "x" * (LONGEST_TEXT + 5)},))
    many = [Exchange(judge="j", request=request, completion=said)] * 40
    made = written(many)
    assert made[0]["messages"][0]["content"] == "x" * LONGEST_TEXT + "… [5 more characters]"
    assert made[0]["reply"] == "y" * 50
    assert made[-1]["messages"][0]["content"] == f"… [{LONGEST_TEXT + 5} more characters]"
    assert sum(len(one["messages"][0]["content"]) for one in made) < LONGEST_SAMPLE + 40 * 30


@pytest.mark.parametrize(
    ("judges", "statistic", "value", "same"),
    [
        ((RIGHT, WRONG), "cohen_kappa", 0.0, 0.0),
        ((RIGHT, RIGHT.replace("as the", "so the")), "cohen_kappa", None, 1.0),
        ((RIGHT, WRONG, WRONG.replace("differs", "varies")), "krippendorff_alpha", -1 / 3, 0.0),
    ],
)
def test_a_panel_says_how_far_it_agrees(run_judged, judges, statistic, value, same):
    found = run_judged(*judges).agreement
    assert (found.statistic, found.judges, found.items, found.same) == (statistic, len(judges), 3, same)
    assert found.value == (None if value is None else pytest.approx(value))


def test_one_judge_agrees_with_nobody(run_judged):
    assert run_judged(RIGHT).agreement is None


RULED = replace(JUDGED, name="ruled", score=exact(), needs=(), metrics={}, primary_metric="")


@pytest.mark.parametrize(
    ("strategy", "version", "value", "asked"),
    [("auto", "1", 0.0, 0), ("rule", "1", 0.0, 0), ("llm", "1+llm", 1.0, 3), ("llm_recall", "1+llm_recall", 1.0, 3)],
)
def test_a_strategy_says_who_marks_what_has_a_rule(tmp_path, strategy, version, value, asked):
    settings = Settings(cache="off", work_dir=tmp_path, judges=(RIGHT,), judge_strategy=strategy)
    result = evaluate([RULED], models=["fake/fixed:no answer"], settings=settings, progress=False).results[0]
    assert (result.primary, result.version, result.verdict) == (value, version, "none")
    folder = tmp_path / "latest"
    assert (len(lines(folder, "judgements")) if asked else 0) == asked
    assert json.loads((folder / "configs/run.json").read_text())["options"]["judge-strategy"] == strategy


def test_a_strategy_that_needs_judges_is_told_where_none_is_named(tmp_path):
    settings = Settings(work_dir=tmp_path, judge_strategy="llm")
    with pytest.raises(UsageError, match="ruled: a judge scores its completions, but no judge is named"):
        evaluate([RULED], models=["fake/error"], settings=settings, progress=False)


def test_what_only_judges_can_mark_no_rule_marks(run_judged):
    with pytest.raises(
        UsageError, match=r"judged: no rule scores its completions, only judges do \(--eval-judge-strategy"
    ):
        run_judged(RIGHT, judge_strategy="rule", model="fake/error")
    assert run_judged(RIGHT, judge_strategy="llm").version == "1"


def test_a_judge_that_was_asked_as_often_as_it_may_gives_no_further_verdict(run_judged):
    result = run_judged(RIGHT, judge_max_requests=2)
    assert result.outcomes == {"scored": 2, "scorer_error": 1}
    assert (result.primary, result.verdict) == (pytest.approx(2 / 3), "error")
    assert "(--eval-judge-max-requests)" in result.message
    assert run_judged(RIGHT, judge_max_requests=1).outcomes == {"scored": 3}  # two are cached


def test_workers_share_the_requests_to_a_judge(tmp_path, bounds):
    with Run(Settings(judges=(RIGHT,), judge_max_requests=7, cache="off"), RunFolder(tmp_path), workers=3) as run:
        run.resources.judges()
    assert [requests for _, requests in bounds] == [2]


def test_the_judges_are_in_the_result_and_a_rule_has_none(run_judged):
    assert run_judged(RIGHT, WRONG).judges == (RIGHT, WRONG)
    assert run_judged("fake/error").judges == ()


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ({"one": ("yes",), "two": ("yes", "no")}, "its judges gave different numbers of verdicts"),
        ({"one": (float("nan"),)}, "a verdict is nan"),
        ({"one": (None,)}, "TypeError"),
    ],
)
def test_verdicts_of_a_users_own_scorer_must_be_some(tmp_path, verdicts, said):
    class Odd:
        metrics = ("x",)

        def __call__(self, sample, completion, context):
            return Score(values={"x": 1.0}, answer="a", verdicts=verdicts)

        def failed(self, sample):
            return {"x": 0.0}

    settings = Settings(cache="off", work_dir=tmp_path)
    odd = replace(JUDGED, score=cast("Any", Odd()), needs=(), metrics={}, primary_metric="")
    result = evaluate([odd], models=["fake/echo"], settings=settings, progress=False).results[0]
    assert result.outcomes == {"scorer_error": 3}
    assert said in result.message


def said(verdict):
    return "fake/fixed:" + json.dumps({"reason": "", "verdict": verdict})


@pytest.mark.parametrize(
    ("score", "judge_name", "primary"),
    [
        (rubric(items={"one": 1.0, "two": 3.0}), said("MET"), 1.0),
        (versus(), said("A"), 1.0),
        (versus(strengths=True), said("A>B"), 1.0),
        (turn_ratings(), said(10), 1.0),
        (judged(rule=exact()), said("CORRECT"), 1.0),
        (judge(scale=(1, 5)), said(5), 1.0),
    ],
)
def test_every_scorer_with_judges_is_cached_and_written(tmp_path, score, judge_name, primary):
    asked = ({"role": "user", "content": "first"}, {"role": "user", "content": "second"})
    benchmark = Benchmark(
        name="judged",
        data=Rows([{}]),
        sample=lambda row: Sample(id="1", input=asked, target="!"),
        solve=turns(),
        score=score,
    )
    for mode in ("on", "replay"):
        settings = Settings(cache_dir=tmp_path / "cache", work_dir=tmp_path, judges=(judge_name,), cache=mode)
        result = evaluate([benchmark], models=["fake/echo"], settings=settings, progress=False).results[0]
        assert (result.primary, result.outcomes, result.judges) == (primary, {"scored": 1}, (judge_name,)), mode
        assert lines(tmp_path / "latest", "judgements")[0]["exchanges"][0]["params"] == {"temperature": 0.0}


def test_a_comparison_is_cached(tmp_path):
    first = said("A")
    for mode in ("on", "replay"):
        settings = Settings(cache_dir=tmp_path / "cache", judges=(first,), cache=mode)
        with Run(settings, RunFolder(tmp_path / "run")) as run:
            assert run.call(compare("?", "one", "two", run.resources.judges())).winner == "A"
