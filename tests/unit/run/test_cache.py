"""The reply cache: what was paid for once is not asked for again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pytest_evalscope.errors import ModelError, UsageError
from pytest_evalscope.run.cache import ReplyCache, cached
from pytest_evalscope.types import Completion, Request, Timing, TokenLogprob, Usage


def ask(text: str, **fields) -> Request:
    return Request(messages=({"role": "user", "content": text},), **fields)


@pytest.fixture
def cache(tmp_path):
    made = ReplyCache(tmp_path)
    yield made
    made.close()


async def generate(model, *requests):
    return [await model.generate(request) for request in requests]


def run(coroutine):
    import asyncio

    return asyncio.run(coroutine)


def test_a_reply_comes_back_whole(cache, adder):
    whole = Completion(
        text="4 \U0001f600",
        reasoning="2 + 2",
        tool_calls=({"name": "add", "arguments": "{}"},),
        finish_reason="length",
        usage=Usage(prompt_tokens=3, completion_tokens=1),
        timing=Timing(latency=0.5, ttft=0.1),
        logprobs=(TokenLogprob(token="4", logprob=-0.5, top=(("4", -0.5), ("5", -1.0))),),
        model="m-2026",
        attempts=2,
    )
    cache.put(b"k", whole)
    stored = cache.get(b"k")
    assert stored is not None
    assert stored.cached
    assert {name: getattr(stored, name) for name in stored.__slots__ if name != "cached"} == {
        name: getattr(whole, name) for name in whole.__slots__ if name != "cached"
    }
    assert cache.get(b"other") is None


def test_asked_once(cache, adder):
    model = adder()
    first, second = run(generate(cached(model, cache, "on"), ask("1 + 1"), ask("1 + 1")))
    assert (first.cached, second.cached) == (False, True)
    assert first.text == second.text == "2"
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        ask("1 + 2"),
        ask("1 + 1", params={"temperature": 1}),
        ask("1 + 1", repeat=1),
        ask("1 + 1", tools=({"name": "add"},)),
    ],
)
def test_whatever_determines_the_reply_is_in_the_key(cache, adder, other):
    model = adder()
    run(generate(cached(model, cache, "on"), ask("1 + 1"), other))
    assert len(model.asked) == 2


def test_the_order_of_parameters_is_not(cache, adder):
    model = adder()
    one = ask("1 + 1", params={"temperature": 0, "top_p": 1})
    two = ask("1 + 1", params={"top_p": 1, "temperature": 0})
    run(generate(cached(model, cache, "on"), one, two))
    assert len(model.asked) == 1


def test_another_model_has_its_own_replies(cache, adder):
    one, two = adder(), adder()
    two.identity = {"adder": 2}
    run(generate(cached(one, cache, "on"), ask("1 + 1")))
    run(generate(cached(two, cache, "on"), ask("1 + 1")))
    assert len(two.asked) == 1


def test_a_model_without_identity_is_never_cached(cache, adder):
    model = adder()
    model.identity = {}
    assert cached(model, cache, "on") is model


def test_refresh_asks_again_and_stores(cache, adder):
    model = adder()
    run(generate(cached(model, cache, "refresh"), ask("1 + 1"), ask("1 + 1")))
    assert len(model.asked) == 2
    assert run(generate(cached(model, cache, "replay"), ask("1 + 1")))[0].cached


def test_replay_never_asks(cache, adder):
    model = adder()
    with pytest.raises(ModelError, match=r"no reply to this request is recorded \('1 \+ 1'\); .*=replay never asks"):
        run(generate(cached(model, cache, "replay"), ask("1 + 1")))
    assert model.asked == []


def test_a_miss_quotes_the_prompt_on_one_short_line(cache, adder):
    with pytest.raises(ModelError) as caught:
        run(generate(cached(adder(), cache, "replay"), ask("a\n\x1b[31m" + "very " * 100 + "long one")))
    assert caught.value.message.startswith("reply cache: no reply to this request is recorded ('a [31mvery very")
    assert len(caught.value.message) < 160
    assert caught.value.message.isprintable()


def test_errors_and_filtered_replies_are_not_stored(cache, adder):
    failing = adder(fail=lambda prompt: ModelError("endpoint: down"))
    with pytest.raises(ModelError):
        run(generate(cached(failing, cache, "on"), ask("1 + 1")))

    async def filtered(request):
        model.asked.append("")
        return Completion(text="", finish_reason="content_filter")

    model = adder()
    model.generate = filtered
    run(generate(cached(model, cache, "on"), ask("1 + 1"), ask("1 + 1")))
    assert len(model.asked) == 2


def test_two_processes_may_share_the_file(tmp_path, adder):
    first, second = ReplyCache(tmp_path), ReplyCache(tmp_path)
    first.put(b"k", Completion(text="4"))
    stored = second.get(b"k")
    assert stored is not None
    assert stored.text == "4"
    first.close()
    second.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="reply cache: cannot be opened") as told:
        ReplyCache(tmp_path / "file" / "cache")
    assert "--eval-cache-dir" in told.value.hint


def test_many_may_open_a_new_file_at_once(tmp_path):
    """SQLite refuses, without waiting, to change a journal's mode while another does."""
    together = Barrier(4)

    def opened(folder):
        together.wait()
        ReplyCache(folder).close()

    with ThreadPoolExecutor(4) as pool:
        for round_ in range(25):
            list(pool.map(opened, [tmp_path / str(round_)] * 4))
