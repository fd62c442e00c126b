"""The engine: every planned sample ends in exactly one record, whatever happens to it."""

import json
from dataclasses import replace

import pytest

from pytest_evalscope.errors import ContentFiltered, DataError, ModelError, ModelTimeout, TransientError, UsageError
from pytest_evalscope.run import engine, read_records
from pytest_evalscope.solvers import perplexity
from pytest_evalscope.types import Chat, Completion, Declared, Score


def test_every_sample_has_one_record(open_run, make_job, adder):
    run, model = open_run(), adder()
    scores = run.result(make_job(model, 25))
    assert scores.accuracy == 1.0
    assert (scores.planned, dict(scores.outcomes)) == (25, {"scored": 25})
    assert len({record.sample_id for record in scores.samples}) == 25
    assert len(model.asked) == 25


def test_no_more_than_the_allowed_number_is_in_flight(open_run, make_job, adder):
    run, model = open_run(concurrency=3), adder()
    run.result(make_job(model, 30))
    assert model.peak == 3


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ModelError("endpoint: down"), "model_error"),
        (TransientError("endpoint: busy"), "model_error"),
        (ModelTimeout("endpoint: no completion within 5 s"), "timeout"),
        (ContentFiltered("endpoint: HTTP 400 (filtered)", status=400), "filtered"),
        (ValueError("a user's own mistake"), "model_error"),
    ],
)
def test_a_failure_is_an_outcome_that_counts_zero(open_run, make_job, adder, error, outcome):
    run = open_run()
    model = adder(fail=lambda prompt: error if prompt.startswith(("1 ", "2 ")) else None)
    scores = run.result(make_job(model, 10))
    assert dict(scores.outcomes) == {"scored": 8, outcome: 2}
    assert scores.unscored == 2
    assert scores.accuracy == 0.8
    failed = [record for record in scores.samples if record.outcome == outcome]
    assert all(str(error) in record.error and record.values == {"accuracy": 0.0} for record in failed)


def test_a_sample_without_a_reply_in_time_is_a_timeout_and_holds_up_no_other(open_run, make_job, adder):
    async def solve(sample, context):
        import asyncio

        if sample.input.startswith("3 "):
            await asyncio.Event().wait()
        if sample.input.startswith("4 "):
            raise asyncio.TimeoutError("a user's own")
        return await context.generate(({"role": "user", "content": sample.input},))

    run = open_run(sample_timeout=0.3)
    scores = run.result(make_job(adder(), 10, benchmark={"solve": solve}))
    assert dict(scores.outcomes) == {"scored": 8, "timeout": 1, "model_error": 1}
    errors = {record.outcome: record.error for record in scores.samples if record.error}
    assert errors["timeout"] == "sample: no completion within 0.3 seconds (--eval-sample-timeout)"
    assert errors["model_error"].startswith("TimeoutError: a user's own at tests/unit/run/test_engine.py:")


def test_each_sample_keeps_the_last_prompt_that_was_sent_for_it_by_whichever_task(open_run, make_job, adder):
    async def solve(sample, context):
        import asyncio

        await context.generate(({"role": "user", "content": "1 + 1"},))
        prompt = ({"role": "user", "content": sample.input},)
        return await asyncio.create_task(context.generate(prompt))

    run = open_run(concurrency=4)
    run.result(make_job(adder(), 12, benchmark={"solve": solve}))
    lines = run.folder.file("predictions", "adder", "sums", "default").read_bytes().splitlines()
    sent = {line["sample_id"]: line["messages"][-1]["content"] for line in map(json.loads, lines)}
    assert sorted(sent.values()) == sorted(f"{n} + {n}" for n in range(12))


@pytest.mark.parametrize("values", [{"accuracy": float("nan")}, {"accuracy": float("inf")}, {}, {"other": 1.0}])
def test_a_score_that_is_no_number_is_a_scorer_error(open_run, make_job, adder, values):
    class Odd:
        metrics = ("accuracy",)

        def __call__(self, sample, completion, context):
            return Score(values=values, answer="4")

    scores = open_run().result(make_job(adder(), 3, benchmark={"score": Odd()}))
    assert dict(scores.outcomes) == {"scorer_error": 3}
    assert scores.accuracy == 0.0


def test_a_scorer_may_be_async(open_run, make_job, adder):
    class Later:
        metrics = ("accuracy",)

        async def __call__(self, sample, completion, context):
            return Score(values={"accuracy": 1.0}, answer=completion.text)

    assert open_run().result(make_job(adder(), 3, benchmark={"score": Later()})).accuracy == 1.0


def test_a_function_may_be_the_scorer(open_run, make_job, adder):
    async def later(sample, completion):
        return 0.5

    scores = open_run().result(make_job(adder(), 3, benchmark={"score": lambda s, c, context: s.target == c.text}))
    assert (scores.accuracy, dict(scores.outcomes)) == (1.0, {"scored": 3})
    assert open_run().result(make_job(adder(), 3, benchmark={"score": later})).accuracy == 0.5


@pytest.mark.parametrize("returned", [None, True])
def test_a_scorer_that_returns_no_score_is_a_scorer_error(open_run, make_job, adder, returned):
    class Odd:
        metrics = ("accuracy",)

        def __call__(self, sample, completion, context):
            return returned

    class Later(Odd):
        async def __call__(self, sample, completion, context):
            return returned

    for score in (Odd(), Later()):
        scores = open_run().result(make_job(adder(), 3, benchmark={"score": score}))
        assert dict(scores.outcomes) == {"scorer_error": 3}
        errors = {record.error for record in scores.samples}
        assert errors == {f"scorer: returned no Score ({type(returned).__name__}); accepted: a Score"}


def test_what_a_function_returns_wrongly_is_a_scorer_error_of_its_sample(open_run, make_job, adder):
    def grade(sample, completion):
        return None if sample.input.startswith("1 ") else True

    scores = open_run().result(make_job(adder(), 3, benchmark={"score": grade}))
    assert dict(scores.outcomes) == {"scored": 2, "scorer_error": 1}
    errors = [record.error for record in scores.samples if record.error]
    assert errors == ["score function grade: returned None; accepted: a bool, a finite number or a Score"]


def test_no_answer_is_shown_apart_from_wrong(open_run, make_job, adder):
    async def silent(sample, context):
        return Completion(text="I would rather not say")

    scores = open_run().result(make_job(adder(), 4, benchmark={"solve": silent}))
    assert dict(scores.outcomes) == {"no_answer": 4}
    assert scores.unscored == 0


def test_repeats_are_asked_each_and_are_a_cluster(open_run, make_job, adder):
    model = adder()
    scores = open_run(cache="off").result(make_job(model, 5, repeats=3))
    assert scores.planned == scores.accuracy.n == 15
    assert len(model.asked) == 15
    assert sorted((record.sample_id, record.repeat) for record in scores.samples) == sorted(
        {(record.sample_id, record.repeat) for record in scores.samples}
    )


def test_a_limit_reads_no_more_than_it_asks(open_run, make_job, adder):
    read = []

    class Counted:
        subsets = ("default",)

        def size(self, subset):
            return None

        def read(self, subset, *, part="eval", source):
            for n in range(1000):
                read.append(n)
                yield {"q": f"{n} + 1", "a": str(n + 1)}

    scores = open_run().result(make_job(adder(), benchmark={"data": Counted()}, limit=7))
    assert scores.planned == 7
    assert len(read) == 7


def test_data_that_breaks_off_is_an_error_and_keeps_what_was_marked(open_run, make_job, adder):
    class Broken:
        subsets = ("default",)

        def size(self, subset):
            return 10

        def read(self, subset, *, part="eval", source):
            yield {"q": "1 + 1", "a": "2"}
            yield {"wrong field": 1}

    run = open_run()
    with pytest.raises(DataError, match=r"sums/default: row 1 does not fit .* its fields: wrong field"):
        run.result(make_job(adder(), benchmark={"data": Broken()}))


def test_an_empty_subset_is_an_error(open_run, make_job, adder):
    with pytest.raises(DataError, match="contains no row"):
        open_run().result(make_job(adder(), 0))


def test_one_job_in_trouble_does_not_end_the_others(open_run, make_job, adder):
    run = open_run()
    bad = replace(make_job(adder(), 0), model="other")
    good = make_job(adder(), 5)
    run.submit([bad, good])
    assert run.result(good).accuracy == 1.0
    with pytest.raises(DataError):
        run.result(bad)


def test_the_prompt_is_stored_once_and_the_record_reads_back(open_run, make_job, adder):
    run = open_run()
    job = make_job(adder(), 3)
    run.result(job)
    run.close()
    [predictions] = (run.folder.path / "predictions").rglob("*.jsonl")
    [reviews] = (run.folder.path / "reviews").rglob("*.jsonl")
    assert predictions.read_text(encoding="utf-8").count("2 + 2") == 1
    assert "2 + 2" not in reviews.read_text(encoding="utf-8")
    records = list(read_records(run.folder, *job.key))
    assert sorted(record.target for record in records) == ["0", "2", "4"]


def test_a_torn_last_line_is_left_out_and_a_broken_one_is_an_error(open_run, make_job, adder):
    run = open_run()
    job = make_job(adder(), 3)
    run.result(job)
    [reviews] = (run.folder.path / "reviews").rglob("*.jsonl")
    whole = reviews.read_bytes()
    reviews.write_bytes(whole[:-10])
    assert len(list(read_records(run.folder, *job.key))) == 2
    reviews.write_bytes(b"{torn\n" + whole)
    with pytest.raises(DataError, match=r"default\.jsonl:1: not a record"):
        list(read_records(run.folder, *job.key))


def test_closing_in_the_middle_keeps_the_tallies(open_run, make_job, adder):
    async def forever(sample, context):
        import asyncio

        if sample.input.startswith("3 "):
            await asyncio.Event().wait()
        return await context.generate(({"role": "user", "content": sample.input},))

    run = open_run(concurrency=2)
    job = make_job(adder(), 10, benchmark={"solve": forever})
    run.submit([job])
    while run.tallies[job.key].done < 9:
        pass
    run.close()
    assert run.tallies[job.key].done == 9
    assert not run.tallies[job.key].finished


def ended_by(finish_reason, text="4"):
    async def solve(sample, context):
        await context.generate(({"role": "user", "content": sample.input},))
        return Completion(text=text, finish_reason=finish_reason)

    return {"solve": solve}


@pytest.mark.parametrize(("text", "right"), [("4", 0.25), ("the sum is", 0.0)])
def test_a_reply_that_met_its_token_limit_is_marked_and_counted_apart(open_run, make_job, adder, text, right):
    scores = open_run().result(make_job(adder(), 4, benchmark=ended_by("length", text)))
    assert (dict(scores.outcomes), scores.unscored) == ({"truncated": 4}, 0)
    assert scores.accuracy == right


def test_a_reply_that_a_filter_cut_off_is_no_wrong_answer(open_run, make_job, adder):
    scores = open_run().result(make_job(adder(), 4, benchmark=ended_by("content_filter")))
    assert (dict(scores.outcomes), scores.unscored, scores.accuracy) == ({"filtered": 4}, 4, 0.0)
    record = scores.samples[0]
    assert record.error == "model: the endpoint's content filter cut the completion off, or withheld it"
    assert record.answer is None


def test_a_solver_may_embed(open_run, make_job, adder):
    asked = []

    async def send(request):
        asked.append(request)
        return Completion(text="", embeddings=tuple((float(len(text)), 1.0) for text in request.texts))

    async def solve(sample, context):
        vectors = await context.embed(["a", "bb"], dimensions=2)
        assert await context.embed(()) == ()
        return Completion(text=str(vectors[1][0] + 2))

    model = adder()
    model.send = send
    scores = open_run().result(make_job(model, 3, benchmark={"solve": solve}, params={"user": "me"}))
    assert dict(scores.outcomes) == {"scored": 3}
    assert [request.texts for request in asked] == [("a", "bb")] * 3
    assert asked[0].params == {"dimensions": 2, "user": "me"}


def test_a_model_that_gives_no_vectors_is_told(open_run, make_job, adder):
    async def send(request):
        return Completion(text="")

    async def solve(sample, context):
        await context.embed(["a", "b"])
        raise AssertionError("unreachable")

    model = adder()
    model.send = send
    scores = open_run().result(make_job(model, 1, benchmark={"solve": solve}))
    assert dict(scores.outcomes) == {"model_error": 1}
    assert scores.samples[0].error == "adder: embeds no texts (0 vectors came for 2 texts)"


def test_a_job_that_its_model_cannot_is_an_error_and_nothing_is_requested(open_run, make_job, adder):
    model, other = adder(), adder()
    model.can = frozenset({Chat})
    run = open_run()
    lacking = make_job(model, 1, benchmark={"solve": perplexity(), "name": "texts"})
    able = make_job(other, 1)
    run.submit([lacking, able])
    with pytest.raises(UsageError, match="cannot give log-probabilities of texts, needed by texts"):
        run.result(lacking)
    assert model.asked == []
    assert dict(run.result(able).outcomes) == {"scored": 1}


def test_a_job_of_the_name_of_another_is_refused(open_run, make_job, adder):
    model, run = adder(), open_run()
    job = make_job(model, 3)
    run.submit([job, replace(job, declared=Declared(weight=2.0))])
    with pytest.raises(UsageError, match=r"^sums/default: two tests run it in two ways under one name"):
        run.submit([replace(job, limit=2)])
    assert dict(run.result(job).outcomes) == {"scored": 3}


@pytest.mark.parametrize(("count", "reads"), [(1, 1), (engine.CHUNK - 1, 1), (engine.CHUNK, 2)])
def test_a_chunk_that_is_not_full_ends_the_data(open_run, make_job, adder, monkeypatch, count, reads):
    read, made = engine._next_chunk, []

    def counted(samples, digest):
        made.append(digest)
        return read(samples, digest)

    monkeypatch.setattr(engine, "_next_chunk", counted)
    assert open_run().result(make_job(adder(), count)).planned == count
    assert len(made) == reads
