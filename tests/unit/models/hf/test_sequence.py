"""A row: where a reply ends, and what of it is text."""

import pytest

from pytest_evalscope.models.hf.sampler import Choice
from pytest_evalscope.models.hf.sequence import Order, Row
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

END = 0


def decode(tokens):
    return bytes(token for token in tokens if token != END).decode("utf-8", "replace")


def row(*, stop=(), limit=1000, temperature=0.0):
    sampling = Sampling(temperature=temperature, seed=7)
    order = Order(request=Chat(messages=()), sampling=sampling)
    return Row(order=order, prompt=(1, 2, 3), limit=limit, ends=frozenset({END}), stop=stop, decode=decode)


def fed(text, **options):
    """A row that got the bytes of `text`, one token each, until it was done."""
    made = row(**options)
    for token in text.encode():
        made.take(Choice(token=token))
        if made.done:
            break
    return made


def ending(text, **options):
    made = fed(text, **options)
    return made.finish_reason, made.text, len(made.choices)


def test_the_end_token_is_no_text_and_counts():
    assert ending("ab\0cd") == ("stop", "ab", 3)
    assert ending("\0") == ("stop", "", 1)


def test_the_limit_ends_it():
    assert ending("abcdef", limit=4) == ("length", "abcd", 4)
    assert ending("abc\0", limit=4) == ("stop", "abc", 4)


@pytest.mark.parametrize(
    ("text", "stop", "reply", "tokens"),
    [
        ("one\ntwo", ("\n",), "one", 4),
        ("one two three", ("three", "two"), "one ", 7),
        ("Q: a", ("Q:",), "", 2),
        ("aab", ("aab", "ab"), "", 3),
        ("caab", ("ab",), "ca", 4),
        ("价格是二十。完", ("。",), "价格是二十", 18),
        ("😀 and 😃!", ("😃",), "😀 and ", 13),
        ("x" * 400 + "END" + "y", ("END",), "x" * 400, 403),
        ("a long stop string " * 9, ("stop string a long stop string a",), "a long ", 39),
    ],
)
def test_a_stop_string_ends_it_and_is_cut(text, stop, reply, tokens):
    assert ending(text, stop=stop) == ("stop", reply, tokens)


def test_half_a_stop_string_ends_nothing():
    made = fed("almost the EN of it", stop=("END",), limit=19)
    assert (made.finish_reason, made.text) == ("length", "almost the EN of it")


def test_the_cache_lacks_the_newest_token():
    made = fed("ab")
    assert made.length == 3 + 1


def test_greedy_rows_use_no_draws():
    assert [row().draw() for _ in range(3)] == [0.0, 0.0, 0.0]


def test_started_again_it_draws_the_same():
    made = row(temperature=1.0)
    first = [made.draw() for _ in range(5)]
    made.take(Choice(token=65))
    made.restart()
    assert [made.draw() for _ in range(5)] == first
    assert len(set(first)) == 5
    assert made.choices == []
