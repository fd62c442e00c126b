"""The completion cache: entries that cannot be read, and requests that several want at once."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from pytest_evalscope.errors import ModelError
from pytest_evalscope.run.cache import SCHEMA, CompletionCache, cached
from pytest_evalscope.types import Chat


def ask(text: str) -> Chat:
    return Chat(messages=({"role": "user", "content": text},))


@pytest.fixture
def cache(tmp_path):
    made = CompletionCache(tmp_path)
    yield made
    made.close()


def run(coroutine):
    return asyncio.run(coroutine)


@pytest.mark.parametrize(
    "entry",
    [
        b"\x00\xff",
        b"{",
        b"[1]",
        b"null",
        b'"text"',
        b"{}",
        b'{"text": "4", "usage": {}, "timing": {}, "of_a_newer_version": 1}',
        b'{"text": "4", "usage": {"newer": 1}, "timing": {}}',
        b'{"text": null, "usage": {}, "timing": {}}',
        b'{"text": "4", "usage": {"prompt_tokens": "many"}, "timing": {}}',
        b'{"text": "4", "usage": {}, "timing": {}, "logprobs": [1]}',
        "a text where bytes were",
        7,
    ],
)
def test_an_entry_that_cannot_be_read_is_a_miss_that_heals_itself(open_run, make_job, adder, entry):
    def scored(requested: int, unreadable: int) -> None:
        run, model = open_run(), adder()
        scores = run.result(make_job(run.resources.behind_cache(model), 3))
        assert (dict(scores.outcomes), len(model.asked), scores.unreadable) == ({"scored": 3}, requested, unreadable)
        run.close()

    scored(3, 0)
    run = open_run()
    file = run.settings.cache_dir / f"replies-{SCHEMA}.sqlite"
    run.close()
    with closing(sqlite3.connect(file)) as db, db:
        assert db.execute("update replies set reply = ? where rowid = 2", (entry,)).rowcount == 1
    scored(1, 1)
    scored(0, 0)


@pytest.mark.parametrize("mode", ["on", "refresh"])
def test_what_is_in_flight_is_awaited_and_not_requested_again(cache, adder, mode):
    model = adder()
    behind = cached(model, cache, mode)

    async def all_of_them():
        first = await asyncio.gather(*(behind.send(ask(f"{n % 3} + 1")) for n in range(9)))
        return [*first, await behind.send(ask("0 + 1"))]

    made = run(all_of_them())
    assert [one.text for one in made] == ["1", "2", "3"] * 3 + ["1"]
    assert [one.cached for one in made] == [False] * 3 + [True] * 7
    assert sorted(model.asked) == ["0 + 1", "1 + 1", "2 + 1"]


def test_a_request_that_fails_is_made_again_by_the_next_that_waits(cache, adder):
    left = [ModelError("busy"), ModelError("busy"), None]
    model = adder(fail=lambda prompt: left.pop(0))
    behind = cached(model, cache, "on")

    async def together():
        return await asyncio.gather(*(behind.send(ask("1 + 1")) for _ in range(4)), return_exceptions=True)

    made = run(together())
    assert [str(one) if isinstance(one, ModelError) else one.text for one in made] == ["busy", "busy", "2", "2"]
    assert len(model.asked) == 3


def test_a_request_that_is_cancelled_is_made_again_by_the_next_that_waits(cache, adder):
    behind = cached(adder(), cache, "on")

    async def together():
        first = asyncio.ensure_future(behind.send(ask("1 + 1")))
        second = asyncio.ensure_future(behind.send(ask("1 + 1")))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert run(together()).text == "2"
