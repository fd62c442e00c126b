"""The completion cache: what was paid for once is not asked for again."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import orjson
import pytest

from pytest_evalscope.errors import ModelError, StorageError, UsageError
from pytest_evalscope.run.cache import SCHEMA, CompletionCache, cached, keys_for
from pytest_evalscope.types import (
    EVERY_REQUEST,
    Chat,
    Completion,
    ContinuationLogprob,
    Embed,
    Likelihood,
    Rerank,
    Timing,
    TokenLogprob,
    Usage,
    raw,
)


def ask(text: str, **fields) -> Chat:
    return Chat(messages=({"role": "user", "content": text},), **fields)


@pytest.fixture
def cache(tmp_path):
    made = CompletionCache(tmp_path)
    yield made
    made.close()


async def generate(model, *requests):
    return [await model.send(request) for request in requests]


def run(coroutine):
    return asyncio.run(coroutine)


def store(cache, key, completion):
    async def inside():
        cache.put(key, completion)

    run(inside())


def test_a_reply_comes_back_whole(cache):
    whole = Completion(
        text="4 \U0001f600",
        reasoning="2 + 2",
        tool_calls=({"name": "add", "arguments": "{}"},),
        finish_reason="length",
        usage=Usage(prompt_tokens=3, completion_tokens=1),
        timing=Timing(latency=0.5, ttft=0.1),
        logprobs=(TokenLogprob(token="4", logprob=-0.5, top=(("4", -0.5), ("5", -1.0))),),
        embeddings=((0.5, -1.0), (0.0, 2.0)),
        likelihoods=(ContinuationLogprob(logprob=-1.5, tokens=2, greedy=True),),
        trajectory=({"role": "assistant", "content": "4"}, {"role": "tool", "content": "x", "step": {"seconds": 0.5}}),
        verdict={"success": True},
        model="m-2026",
        attempts=2,
    )
    store(cache, b"k", whole)
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
        Likelihood(messages=ask("1 + 1").messages, continuations=(" 2",)),
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
    with pytest.raises(
        ModelError, match=r"no completion of this request is stored \('1 \+ 1'\); .*=replay never sends it"
    ):
        run(generate(cached(model, cache, "replay"), ask("1 + 1")))
    assert model.asked == []


def test_a_miss_quotes_the_prompt_on_one_short_line(cache, adder):
    with pytest.raises(ModelError) as caught:
        run(generate(cached(adder(), cache, "replay"), ask("a\n\x1b[31m" + "very " * 100 + "long one")))
    assert caught.value.message.startswith(
        "completion cache: no completion of this request is stored ('a [31mvery very"
    )
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
    model.send = filtered
    run(generate(cached(model, cache, "on"), ask("1 + 1"), ask("1 + 1")))
    assert len(model.asked) == 2


def test_two_processes_may_share_the_file(tmp_path, adder):
    first, second = CompletionCache(tmp_path), CompletionCache(tmp_path)
    store(first, b"k", Completion(text="4"))
    stored = second.get(b"k")
    assert stored is not None
    assert stored.text == "4"
    first.close()
    second.close()


def test_replies_of_one_turn_are_stored_together_and_found_at_once(tmp_path):
    here, elsewhere = CompletionCache(tmp_path), CompletionCache(tmp_path)

    async def burst():
        for number in range(3):
            here.put(bytes([number]), Completion(text=str(number)))
        fresh = here.get(b"\x02")
        before = elsewhere.get(b"\x02")
        await asyncio.sleep(0)
        return fresh, before, [elsewhere.get(bytes([number])) for number in range(3)]

    fresh, before, after = run(burst())
    assert (fresh.text, fresh.cached, before) == ("2", True, None)
    assert [stored.text for stored in after] == ["0", "1", "2"]
    here.close()
    elsewhere.close()


def test_what_is_pending_is_stored_on_closing(tmp_path):
    async def put_and_close():
        cache = CompletionCache(tmp_path)
        cache.put(b"k", Completion(text="4"))
        cache.close()

    run(put_and_close())
    again = CompletionCache(tmp_path)
    stored = again.get(b"k")
    assert stored is not None
    assert stored.text == "4"
    again.close()


def test_a_reply_that_cannot_be_stored_is_known_to_the_run(tmp_path):
    """As on a full disk: nothing is raised to who asked, and what was stored before stays."""
    cache = CompletionCache(tmp_path)
    store(cache, b"k", Completion(text="4"))
    cache._db.execute("pragma query_only = on")
    store(cache, b"l", Completion(text="5"))
    assert isinstance(cache.failure, StorageError)
    assert cache.failure.message.startswith("completion cache: cannot be written")
    cache.close()
    again = CompletionCache(tmp_path)
    assert again.get(b"k") is not None
    assert again.get(b"l") is None
    again.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="completion cache: cannot be opened") as told:
        CompletionCache(tmp_path / "file" / "cache")
    assert "--eval-cache-dir" in told.value.hint


def test_many_may_open_a_new_file_at_once(tmp_path):
    """SQLite refuses, without waiting, to change a journal's mode while another does."""
    together = Barrier(4)

    def opened(folder):
        together.wait()
        CompletionCache(folder).close()

    with ThreadPoolExecutor(4) as pool:
        for round_ in range(25):
            list(pool.map(opened, [tmp_path / str(round_)] * 4))


def test_texts_to_embed_are_part_of_the_key_and_change_no_other(cache, adder):
    key_of = keys_for(adder())
    keys = [key_of(Embed(texts=texts)) for texts in (("a",), ("b",), ("a", "b"))]
    assert len({*keys, key_of(Chat(messages=()))}) == 4


def test_a_reply_stored_before_there_were_embeddings_has_none(cache):
    fields = orjson.loads(orjson.dumps(Completion(text="4")))
    del fields["embeddings"]
    cache._db.execute("insert into replies values (?, ?)", (b"k", orjson.dumps(fields)))
    stored = cache.get(b"k")
    assert stored is not None
    assert stored.embeddings == ()


def test_the_keys_of_ordinary_requests_never_change(cache, adder):
    """Whatever else a request may ask for: what was recorded before stays found."""
    request = ask("1 + 1", params={"seed": 1}, tools=({"name": "add"},), repeat=2)
    digest = hashlib.blake2b(orjson.dumps([SCHEMA, adder().identity], option=orjson.OPT_SORT_KEYS), digest_size=16)
    digest.update(b'[[{"content":"1 + 1","role":"user"}],[{"name":"add"}],{"seed":1},2]')
    assert keys_for(adder())(request) == digest.digest()


def test_the_bounds_of_continuations_count(cache, adder):
    prompt = ask("1").messages
    one, other = (Likelihood(messages=prompt, continuations=texts) for texts in (("a", "b"), ("ab",)))
    assert keys_for(adder())(one) != keys_for(adder())(other)


def test_a_reply_stored_with_its_turns_as_texts_has_a_trajectory(cache):
    stored = orjson.loads(orjson.dumps(Completion(text="b")))
    del stored["trajectory"], stored["verdict"]
    for key, turns in ((b"none", []), (b"two", ["a", "b"])):
        row = orjson.dumps({**stored, "turns": turns})
        cache._db.execute("insert into replies values (?, ?)", (key, row))
    assert cache.get(b"none") == Completion(text="b", cached=True)
    assert cache.get(b"two").turns == ("a", "b")
    assert [message["role"] for message in cache.get(b"two").trajectory] == ["assistant"] * 2


def test_a_reply_stored_before_there_were_likelihoods(cache):
    store(cache, b"k", Completion(text="4"))
    (stored,) = cache._db.execute("select reply from replies").fetchone()
    old = orjson.loads(stored)
    del old["likelihoods"]
    cache._db.execute("update replies set reply = ?", (orjson.dumps(old),))
    assert cache.get(b"k") == Completion(text="4", cached=True)


class Served:
    """What `openai/m` was when the keys below were made."""

    name = "openai/m"
    identity = {"endpoint": "https://api.openai.com/v1", "model": "m"}  # noqa: RUF012  # a plain stand-in
    can = EVERY_REQUEST

    async def send(self, request):
        raise AssertionError

    async def aclose(self):
        pass


USER = ({"role": "user", "content": "6 × 7?"},)
ADD = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
UNTEMPLATED = {"chat_template_kwargs": {"enable_thinking": False}}


@pytest.mark.parametrize(
    ("request_", "key"),
    [
        (Chat(messages=USER), "f753c5ba5793e4da6f1659524cd3a218"),
        (
            Chat(
                messages=({"role": "system", "content": "Be brief."}, *USER),
                params={"temperature": 0.5, "max_tokens": 64, "stop": ["\n"]},
                tools=(ADD,),
                repeat=3,
            ),
            "d853ece012503d3980191287e386d7c1",
        ),
        (Chat(messages=raw("2 + 2 ="), params={"max_tokens": 4}), "aa6eb60ace1fa2c1f254d39bf1a0223a"),
        (
            Likelihood(messages=raw("The sky"), continuations=(" is", " was")),
            "43b6f7e07de6fdb6702c6a25d8bb4ac7",
        ),
        (
            Likelihood(messages=USER, continuations=("42",), params=UNTEMPLATED, repeat=1),
            "ce2b6c3dd33094b2e7f90656e66e41ca",
        ),
        (Embed(texts=("one", "zwei")), "ea53ec9fda1575be6f81a7fab6f3b00b"),
        (Embed(texts=("a",), params={"dimensions": 8}, repeat=2), "d88a06370c5336db73725c3ca0d120df"),
    ],
)
def test_keys_are_those_of_the_first_version(request_, key):
    """Written down before a request became a union: a cache of then still has its completions."""
    assert keys_for(Served())(request_).hex() == key


def test_query_and_documents_are_in_the_key():
    key_of = keys_for(Served())
    asked = [("a", ("b", "c")), ("a", ("bc",)), ("ab", ("c",)), ("a", ("c", "b"))]
    keys = {key_of(Rerank(query=query, documents=documents)) for query, documents in asked}
    assert len(keys) == len(asked)
    assert key_of(Embed(texts=("a", "b"))) not in keys


def test_relevance_is_stored(cache):
    store(cache, b"k", Completion(text="", relevance=(0.5, 0.25)))
    assert cache.get(b"k") == Completion(text="", relevance=(0.5, 0.25), cached=True)


def test_a_miss_names_what_was_requested(cache):
    model = cached(Served(), cache, "replay")
    for request, given in ((Rerank(query="fox", documents=("a",)), "fox"), (Embed(texts=("one",)), "one")):
        with pytest.raises(ModelError, match=f"no completion of this request is stored .'{given}'."):
            run(generate(model, request))
