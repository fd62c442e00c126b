"""What values mean that are given no more than they need, and how a result travels."""

import asyncio
import json
from dataclasses import replace

import pytest

from pytest_evalscope.errors import ModelError
from pytest_evalscope.types import (
    EVERY_REQUEST,
    OUTCOMES,
    RAW,
    UNSCORED,
    Agreement,
    Chat,
    Columns,
    Completion,
    Context,
    ContinuationLogprob,
    Embed,
    Estimate,
    Execution,
    Likelihood,
    Limits,
    Program,
    Record,
    Rerank,
    Result,
    RunSummary,
    Sample,
    Score,
    Timing,
    Usage,
    prompt_of,
    raw,
    raw_text,
    texts_of,
)
from pytest_evalscope.types.shown import FailingSamples


def test_a_reply_is_a_whole_one_of_one_request_unless_it_says_otherwise():
    reply = Completion(text="a")
    assert (reply.finish_reason, reply.attempts, reply.cached, reply.reasoning, reply.model) == (
        "stop",
        1,
        False,
        "",
        "",
    )
    assert (reply.usage, reply.timing) == (Usage(prompt_tokens=0, completion_tokens=0), Timing(latency=0.0, ttft=None))
    nothing = (reply.tool_calls, reply.logprobs, reply.embeddings, reply.likelihoods, reply.trajectory)
    assert nothing == ((), (), (), (), ())
    assert (reply.turns, reply.verdict) == ((), None)


def test_a_question_has_no_more_than_its_input():
    sample = Sample(input="?")
    assert (sample.id, sample.target, sample.digest, sample.subset, sample.group) == ("", "", "", "", "")
    assert (sample.choices, sample.tools, sample.media, sample.metadata) == ((), (), (), {})
    request = Chat(messages=())
    assert (request.params, request.tools, request.repeat) == ({}, (), 0)


def test_a_program_is_bounded_by_default():
    limits = Limits(seconds=10.0, memory_mb=1024, processes=32, output_bytes=1_048_576, disk_mb=64)
    assert Limits() == limits
    assert Program(command=("true",)) == Program(command=("true",), files={}, stdin="", limits=limits, image="")


@pytest.mark.parametrize(
    ("ended", "code", "ok"), [("exit", 0, True), ("exit", 1, False), ("signal", None, False), ("timeout", 0, False)]
)
def test_a_program_is_well_when_it_ends_by_itself_without_an_error(ended, code, ok):
    assert Execution(ended=ended, exit_code=code, stdout="", stderr="", seconds=0.1).ok is ok


def test_every_sample_ends_in_one_of_nine_ways():
    marked = ("scored", "no_answer", "truncated")
    lost = ("filtered", "model_error", "environment_error", "scorer_error", "timeout", "not_asked")
    assert (*marked, *lost) == OUTCOMES
    assert frozenset(OUTCOMES) - UNSCORED == set(marked)


def test_a_record_without_a_reply_tells_of_no_request():
    record = Record(benchmark="b", subset="s", model="m", sample_id="q", outcome="timeout", values={"accuracy": 0.0})
    assert (record.repeat, record.attempts, record.seconds, record.completion, record.answer) == (0, 0, 0.0, None, None)
    assert (record.explanation, record.error, record.group, record.target, record.verdicts) == ("", "", "", "", {})
    assert (Score(values={}, answer=None).explanation, Score(values={}, answer=None).verdicts) == ("", {})


def test_columns_are_as_long_as_they_have_rows():
    columns = Columns(values={"accuracy": [1.0, 0.0, 1.0]}, clusters=[0, 0, 1], samples=[0, 0, 1])
    assert (len(columns), columns.answers) == (3, ())


def test_a_raw_prompt_is_one_message_without_a_chat():
    assert raw("text") == ({"role": RAW, "content": "text"},)
    assert raw_text(raw("text")) == "text"
    assert raw_text(({"role": "raw"},)) == raw_text(({"role": "raw", "content": None},)) == ""
    assert raw_text(({"role": "user", "content": "text"},)) is None
    assert raw_text(({"content": "text"},)) is None
    assert raw_text(raw("a") + raw("b")) is None
    assert raw_text(()) is None


def test_a_run_is_whole_unless_it_says_otherwise(tmp_path):
    run = RunSummary(folder=tmp_path, results=())
    assert (run.complete, run.started, run.seconds, run.shard, run.spending) == (True, "", 0.0, "", None)
    assert (run.indexes, run.leaderboards, run.remarks) == ((), (), ())


RESULT = Result(
    benchmark="gsm8k",
    version="1",
    model="mine",
    subset="main",
    primary_metric="accuracy",
    metrics={"accuracy": Estimate(value=0.5, stderr=0.05, low=0.4, high=0.6, n=90, metric="accuracy")},
    planned=90,
    outcomes={"scored": 90},
)


def test_a_result_is_measured_whole_and_held_against_nothing_unless_it_says_otherwise():
    assert (RESULT.verdict, RESULT.message, RESULT.thresholds, RESULT.complete) == ("none", "", {}, True)
    assert (RESULT.expected, RESULT.title, RESULT.task_type, RESULT.tags, RESULT.axes) == (None, "", "", (), ())
    assert (RESULT.weight, RESULT.seconds, RESULT.requests) == (1.0, 0.0, 0)
    assert (RESULT.prompt_tokens, RESULT.completion_tokens, RESULT.data_hash) == (0, 0, "")
    assert (RESULT.nodeid, RESULT.location, RESULT.judges, RESULT.agreement) == ("", "", (), None)
    assert RESULT.primary is RESULT.metrics["accuracy"]
    assert replace(RESULT, metrics={}).primary is None


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        replace(
            RESULT,
            expected=1319,
            tags=("math",),
            axes=("length", "depth"),
            judges=("a", "b"),
            agreement=Agreement(statistic="cohen_kappa", value=None, judges=2, items=5, same=1.0),
            thresholds={"accuracy": 0.4},
            verdict="passed",
            complete=False,
            weight=2.0,
            failing=FailingSamples(title="worst samples", problem="a broken line", more="pytest-evalscope show x"),
        ),
    ],
)
def test_a_result_comes_back_from_json(result):
    written = json.loads(json.dumps(result.to_plain()))
    assert written["metrics"] == {"accuracy": {"value": 0.5, "stderr": 0.05, "low": 0.4, "high": 0.6, "n": 90}}
    read = Result.from_plain(written)
    assert read == result
    assert read.metrics["accuracy"].metric == "accuracy"
    assert (type(read.tags), type(read.axes), type(read.judges)) == (tuple, tuple, tuple)


def test_a_result_of_an_older_version_has_what_came_later_by_default():
    written = RESULT.to_plain()
    for name in ("axes", "judges", "agreement", "complete", "weight"):
        del written[name]
    assert Result.from_plain(written) == RESULT


class Model:
    """Tells what it was asked, and gives as many vectors and log-probabilities as it is told."""

    can = EVERY_REQUEST
    name, identity = "mine", {"model": "mine"}

    def __init__(self, gives):
        self.gives, self.asked = gives, []

    async def send(self, request):
        self.asked.append(request)
        one = ContinuationLogprob(logprob=-1.0, tokens=1, greedy=True)
        return Completion(
            text="",
            embeddings=((0.5,),) * self.gives,
            likelihoods=(one,) * self.gives,
            relevance=(0.25,) * self.gives,
        )

    async def aclose(self):
        """Nothing is held."""


MESSAGES = ({"role": "user", "content": "?"},)


def test_what_the_user_sets_is_asked_rather_than_what_the_benchmark_does():
    model = Model(0)
    context = Context(model=model, params={"temperature": 0.0}, repeat=2)
    asyncio.run(context.generate(MESSAGES, tools=({"t": 1},), temperature=1.0, max_tokens=5))
    params = {"temperature": 0.0, "max_tokens": 5}
    assert model.asked == [Chat(messages=MESSAGES, params=params, tools=({"t": 1},), repeat=2)]
    asyncio.run(Context(model=model).generate(MESSAGES))
    assert model.asked[1] == Chat(messages=MESSAGES, params={}, tools=(), repeat=0)
    assert (context.seed, context.shots, context.judges, context.sandbox) == (0, (), (), None)


def test_texts_are_embedded_in_one_request_and_none_in_no_request():
    model = Model(2)
    context = Context(model=model, params={"dimensions": 1}, repeat=2)
    assert asyncio.run(context.embed([])) == ()
    assert model.asked == []
    assert asyncio.run(context.embed(["a", "b"], dimensions=9, user="u")) == ((0.5,), (0.5,))
    params = {"dimensions": 1, "user": "u"}
    assert model.asked == [Embed(texts=("a", "b"), params=params, repeat=2)]
    with pytest.raises(ModelError) as caught:
        asyncio.run(context.embed(["a"]))
    assert str(caught.value) == "mine: embeds no texts (2 vectors came for 1 texts)"


def test_documents_are_scored_in_one_request_and_none_in_no_request():
    model = Model(2)
    context = Context(model=model, params={"extra_body": {"a": 1}}, repeat=2)
    assert asyncio.run(context.rerank("q", [])) == ()
    assert model.asked == []
    assert asyncio.run(context.rerank("q", ["a", "b"], user="u")) == (0.25, 0.25)
    params = {"extra_body": {"a": 1}, "user": "u"}
    assert model.asked == [Rerank(query="q", documents=("a", "b"), params=params, repeat=2)]
    with pytest.raises(ModelError) as caught:
        asyncio.run(context.rerank("q", ["a"]))
    assert str(caught.value) == "mine: scores no documents (2 scores came for 1 documents)"


def test_what_a_request_holds_besides_messages():
    assert (prompt_of(Chat(messages=MESSAGES)), texts_of(Chat(messages=MESSAGES))) == (MESSAGES, ())
    likelihood = Likelihood(messages=MESSAGES, continuations=("a",))
    assert (prompt_of(likelihood), texts_of(likelihood)) == (MESSAGES, ("a",))
    assert (prompt_of(Embed(texts=("a",))), texts_of(Embed(texts=("a",)))) == ((), ("a",))
    rerank = Rerank(query="q", documents=("a", "b"))
    assert (prompt_of(rerank), texts_of(rerank)) == ((), ("q", "a", "b"))


def test_of_the_parameters_only_those_that_shape_the_prompt_go_with_continuations():
    shaping = {"chat_template_kwargs": {"a": 1}, "extra_body": {"b": 2}}
    model = Model(2)
    context = Context(model=model, params={"temperature": 0.0, **shaping}, repeat=2)
    assert len(asyncio.run(context.likelihoods(MESSAGES, ["x", "y"])).likelihoods) == 2
    assert model.asked == [Likelihood(messages=MESSAGES, params=shaping, continuations=("x", "y"), repeat=2)]
    with pytest.raises(ModelError) as caught:
        asyncio.run(context.likelihoods(MESSAGES, ["x"]))
    assert str(caught.value) == (
        "mine: gives no log-probabilities of texts, which this benchmark needs (2 came for 1 texts); "
        "accepted: hf/, gguf/, smollm2 and endpoints with /v1/completions and echo"
    )
