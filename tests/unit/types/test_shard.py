"""Which shard a sample is in."""

import random

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.run import Shard, shard_of


def test_every_sample_is_in_exactly_one_shard_whatever_the_order():
    ids = [f"id-{n}" for n in range(300)]
    shuffled = random.Random(3).sample(ids, len(ids))
    for count in (2, 3, 8):
        shards = [Shard(index, count) for index in range(1, count + 1)]
        parts = [[one for one in ids if shard.holds("gsm8k", "main", one)] for shard in shards]
        assert sorted(one for part in parts for one in part) == sorted(ids)
        assert {one for one in shuffled if shards[0].holds("gsm8k", "main", one)} == set(parts[0])


def test_shards_are_even_in_and_over_subsets():
    subsets = [f"subset-{n}" for n in range(57)]
    held = [[s for s in subsets if Shard(index, 8).holds("mmlu", s, "0")] for index in range(1, 9)]
    assert max(map(len, held)) <= 14, "one sample of each of 57 subsets does not go to one shard"
    sizes = [sum(Shard(index, 8).holds("gsm8k", "main", str(n)) for n in range(1000)) for index in range(1, 9)]
    assert sum(sizes) == 1000
    assert min(sizes) > 90
    assert max(sizes) < 160


def test_the_shard_of_a_sample_stays_from_release_to_release():
    held = [n for n in range(20) if Shard(2, 3).holds("gsm8k", "main", str(n))]
    assert held == [13, 14, 18]


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/5", "1.0/3", "1/10000000"])
def test_what_is_no_shard(text):
    with pytest.raises(UsageError, match=r"--eval-shard: not a shard .*; accepted: I/N with I from 1 to N"):
        shard_of(text, "--eval-shard")


def test_a_shard_from_text():
    assert shard_of("", "x") is None
    assert shard_of("1/1", "x") is None, "all of one part is the whole"
    assert shard_of(" 3 / 8 ", "x") == Shard(3, 8)
    assert str(Shard(3, 8)) == "3/8"
