"""The completion cache: rows that are read before they are requested, and completions that JSON has no form for."""

import asyncio
import hashlib

import pytest

from pytest_evalscope.run.cache import AHEAD, AHEAD_BYTES, CompletionCache
from pytest_evalscope.types import Completion, Usage


def store(cache, key, completion):
    async def inside():
        cache.put(key, completion)

    asyncio.run(inside())


def test_completions_in_the_order_in_which_they_were_stored_are_read_together(tmp_path):
    keys = [hashlib.blake2b(str(n).encode(), digest_size=16).digest() for n in range(2 * AHEAD + 50)]

    async def store_all(cache):
        for number, key in enumerate(keys):
            cache.put(key, Completion(text=str(number)))
            await asyncio.sleep(0)  # as completions arrive, over many turns of the loop

    first = CompletionCache(tmp_path)
    asyncio.run(store_all(first))
    first.close()
    again = CompletionCache(tmp_path)
    statements: list[str] = []
    again._db.set_trace_callback(statements.append)

    def texts(wanted):
        return [int(found.text) for found in map(again.get, wanted) if found is not None]

    assert texts(keys) == list(range(len(keys)))
    assert len(statements) < 20
    assert texts(keys[::-7]) == list(range(len(keys)))[::-7]
    assert again.get(b"k" * 16) is None
    assert [found for found in (again.get(keys[0]), again.get(keys[1])) if found is not None]
    store(again, keys[2], Completion(text="newer"))
    found = again.get(keys[2])
    assert found is not None
    assert found.text == "newer"
    again.close()


def test_no_more_of_them_are_read_than_fit(tmp_path):
    async def fill(cache, size):
        for number in range(40):
            cache.put(bytes([size % 251, number]) * 8, Completion(text="x" * size))
            await asyncio.sleep(0)

    first = CompletionCache(tmp_path)
    for size in (50_000, 2**17):
        asyncio.run(fill(first, size))
    first.close()
    again = CompletionCache(tmp_path)
    held = []
    for size in (50_000, 2**17):
        for number in range(40):
            found = again.get(bytes([size % 251, number]) * 8)
            assert found is not None
            assert len(found.text) == size
            held.append(sum(map(len, again._ahead.values())))
    again.close()
    assert 0 < max(held) < 2 * AHEAD_BYTES
    assert held[-1] <= 2**18


def test_a_completion_stored_anew_is_not_the_one_that_was_read_ahead(tmp_path):
    keys = [bytes([number]) * 16 for number in range(4)]

    async def store_anew(cache):
        assert cache.get(keys[0]) is not None
        cache.put(keys[3], Completion(text="newer"))
        assert cache.get(keys[1]) is not None  # this reads the older one ahead
        await asyncio.sleep(0.01)
        return cache.get(keys[3]).text

    first = CompletionCache(tmp_path)
    for key in keys:
        store(first, key, Completion(text="older"))
    first.close()
    again = CompletionCache(tmp_path)
    assert asyncio.run(store_anew(again)) == "newer"
    again.close()


@pytest.mark.parametrize("odd", [Completion(text="bad \ud83d"), Completion(text="", usage=Usage(prompt_tokens=10**30))])
def test_a_completion_that_json_has_no_form_for_is_stored_made_plain(tmp_path, odd):
    first = CompletionCache(tmp_path)
    for key, completion in ((b"a" * 16, odd), (b"b" * 16, Completion(text="fine"))):
        store(first, key, completion)
    first.close()
    again = CompletionCache(tmp_path)
    assert [again.get(key * 16) is not None for key in (b"a", b"b")] == [True, True]
    again.close()


def test_a_completion_nested_without_end_costs_itself_alone(tmp_path):
    endless: list[object] = []
    endless.append(endless)
    first = CompletionCache(tmp_path)
    with pytest.raises(RecursionError):
        store(first, b"a" * 16, Completion(text="", tool_calls=({"arguments": endless},)))
    store(first, b"b" * 16, Completion(text="fine"))
    first.close()
    again = CompletionCache(tmp_path)
    assert again.get(b"a" * 16) is None
    assert again.get(b"b" * 16) is not None
    again.close()
